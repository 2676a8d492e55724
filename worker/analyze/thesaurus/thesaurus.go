package thesaurus

import (
	_ "embed"
	"fmt"
	"math"
)

// The form of a table, all numbers little-endian:
//
//	4 bytes          "akin"
//	4 bytes          n, the number of words, at most 65,535
//	n × 4 bytes      the hashes of the words' stems, as in page.Term, rising
//	n × 1 byte       how much each word tells, of 255
//	n × 40 bytes     its Neighbours: their numbers among the hashes, two bytes
//	                 each, then how near each is, four bits each, the first low
//
// A neighbour that is the word itself is none: nobody asks what a word has to
// do with itself.
const (
	magic     = "akin"
	headSize  = len(magic) + 4
	maxWords  = math.MaxUint16
	idsSize   = Neighbours * 2
	rowSize   = idsSize + Neighbours/2
	wordSize  = 4 + 1 + rowSize
	nearSteps = 15
)

// Neighbours is how many neighbours a word has in the table.
const Neighbours = 16

// How near a neighbour can be told to be: cosines of vectors, in steps.
const (
	leastNear = 0.35
	nearStep  = 0.04
)

// Steps is a cosine as a table has it: in steps above the least, 0 to 15.
func Steps(cosine float32) byte {
	return byte(max(0, min(nearSteps, math.Round((float64(cosine)-leastNear)/nearStep))))
}

//go:embed english.bin
var english string

// A Thesaurus is a table that is read in place. The zero Thesaurus knows no
// word. It is safe for concurrent use.
type Thesaurus struct {
	words                int
	hashes, weight, rows string
}

// English is the table of English.
func English() (Thesaurus, error) { return Read(english) }

// Read takes a table in its form. It fails on anything else, so that what is
// looked up later is there.
func Read(data string) (Thesaurus, error) {
	if len(data) < headSize || data[:len(magic)] != magic {
		return Thesaurus{}, fmt.Errorf("thesaurus: %d bytes that do not begin as a table does", len(data))
	}
	n := int(u32(data, len(magic)))
	if n > maxWords || len(data) != headSize+n*wordSize {
		return Thesaurus{}, fmt.Errorf("thesaurus: %d bytes cannot be a table of %d words", len(data), n)
	}
	at := headSize
	take := func(size int) string {
		part := data[at : at+n*size]
		at += n * size
		return part
	}
	t := Thesaurus{words: n, hashes: take(4), weight: take(1), rows: take(rowSize)}
	return t, t.check()
}

func (t Thesaurus) check() error {
	for i := 1; i < t.words; i++ {
		if t.hash(i) <= t.hash(i-1) {
			return fmt.Errorf("thesaurus: the hash of word %d is not above the one before", i)
		}
	}
	for at := 0; at < len(t.rows); at += rowSize {
		for k := 0; k < idsSize; k += 2 {
			if word := u16(t.rows, at+k); int(word) >= t.words {
				return fmt.Errorf("thesaurus: a neighbour of word %d is word %d of %d", at/rowSize, word, t.words)
			}
		}
	}
	return nil
}

// find looks a hash up. Hashes are spread evenly, so the value of one says
// where it lies, and how far off the hash there is says it better still.
func (t Thesaurus) find(hash uint32) (int, bool) {
	if t.words == 0 {
		return 0, false
	}
	i := int(uint64(hash) * uint64(t.words) >> 32)
	off := int64(hash) - int64(t.hash(i))
	i = min(max(0, i+int(off*int64(t.words)>>32)), t.words-1)
	for i > 0 && t.hash(i) > hash {
		i--
	}
	for i < t.words-1 && t.hash(i) < hash {
		i++
	}
	return i, t.hash(i) == hash
}

func (t Thesaurus) hash(i int) uint32 { return u32(t.hashes, 4*i) }

func u16(s string, at int) uint16 { return uint16(s[at]) | uint16(s[at+1])<<8 }

func u32(s string, at int) uint32 { return uint32(u16(s, at)) | uint32(u16(s, at+2))<<16 }
