package thesaurus

import (
	"math"
	"slices"

	"github.com/context-manager/context-manager/worker/assemble"
)

const (
	// maxAbout bounds the work for one question: what it is about, its first words say.
	maxAbout = 16
	// leastAkin is how near a word must be to all of a question to have to do with it.
	leastAkin = 0.32
)

// Akin appends the words that are near to what some words mean together, which
// are given by their hashes. The weight of each grows from 0 for a word that is
// just near enough to 1. The words themselves are not among them.
//
// What words mean together is taken to be the sum of their vectors, in which
// rare words count for more. Its cosine with a neighbour's vector is the sum of
// the words' own cosines with it, over the length of the sum; for that length
// the words are taken as unlike, and a cosine that is not in the table as none.
// So a word that is near to one of many is not near enough, and one that is
// near to several is.
func (t Thesaurus) Akin(dst []assemble.Related, about []uint32) []assemble.Related {
	var near nearness
	squares := float32(0)
	for _, hash := range about[:min(len(about), maxAbout)] {
		if i, ok := t.find(hash); ok {
			w := float32(t.weight[i])
			squares += w * w
			t.addNeighbours(&near, i, w)
		}
	}
	length := float32(math.Sqrt(float64(squares)))
	for _, f := range near.found[:near.n] {
		hash := t.hash(int(f.word))
		if f.sum <= leastAkin*length || slices.Contains(about, hash) {
			continue
		}
		dst = append(dst, assemble.Related{Hash: hash, Weight: min(1, (f.sum/length-leastAkin)/(1-leastAkin))})
	}
	return dst
}

// addNeighbours adds the neighbours of word i, of weight w.
func (t Thesaurus) addNeighbours(near *nearness, i int, w float32) {
	row := t.rows[i*rowSize : (i+1)*rowSize]
	for k := range Neighbours {
		steps := row[idsSize+k/2] >> (k % 2 * 4) & nearSteps
		near.add(u16(row, 2*k), w*(leastNear+nearStep*float32(steps)))
	}
}

// A nearness adds up how near words are. Its slots say where a word is found,
// plus one; a word that finds its slot taken looks into the next.
type nearness struct {
	found [maxAbout * Neighbours]struct {
		word uint16
		sum  float32
	}
	n     int
	slots [2 * maxAbout * Neighbours]uint16
}

func (n *nearness) add(word uint16, near float32) {
	for slot := int(word) % len(n.slots); ; slot = (slot + 1) % len(n.slots) {
		at := n.slots[slot]
		if at == 0 {
			n.found[n.n].word, n.found[n.n].sum = word, near
			n.n++
			n.slots[slot] = uint16(n.n)
			return
		}
		if n.found[at-1].word == word {
			n.found[at-1].sum += near
			return
		}
	}
}
