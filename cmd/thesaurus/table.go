package main

import (
	"cmp"
	"encoding/binary"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/context-manager/context-manager/worker/analyze/thesaurus"
)

// A neighbour is another stem, by its number, and how near it is.
type neighbour struct {
	stem int
	near float32
}

// nearest finds the nearest neighbours of every stem, the nearest first.
func nearest(stems []stem) [][]neighbour {
	all := make([][]neighbour, len(stems))
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		group.Go(func() {
			for i := w; i < len(stems); i += workers {
				all[i] = nearestTo(stems, i)
			}
		})
	}
	group.Wait()
	return all
}

func nearestTo(stems []stem, i int) []neighbour {
	best := make([]neighbour, 0, thesaurus.Neighbours+1)
	for j := range stems {
		near := dot(stems[i].vector, stems[j].vector)
		if j == i || len(best) == thesaurus.Neighbours && near <= best[len(best)-1].near {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, near, func(n neighbour, near float32) int { return cmp.Compare(near, n.near) })
		best = slices.Insert(best, at, neighbour{j, near})
		best = best[:min(len(best), thesaurus.Neighbours)]
	}
	return best
}

// encode writes the table in the form that package thesaurus says.
func encode(stems []stem, neighbours [][]neighbour) []byte {
	order := make([]int, len(stems))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(stems[a].hash, stems[b].hash) })
	number := make([]uint16, len(stems))
	for n, i := range order {
		number[i] = uint16(n)
	}

	b := binary.LittleEndian.AppendUint32([]byte("akin"), uint32(len(stems)))
	for _, i := range order {
		b = binary.LittleEndian.AppendUint32(b, stems[i].hash)
	}
	rarest := 0
	for _, s := range stems {
		rarest = max(rarest, s.rank)
	}
	for _, i := range order {
		b = append(b, telling(stems[i].rank, rarest))
	}
	for _, i := range order {
		b = appendRow(b, number, i, neighbours[i])
	}
	return b
}

// telling is how much a word tells, of 255: the cube of the logarithm of its
// rank, which by Zipf's law is what its inverse document frequency grows with.
func telling(rank, rarest int) byte {
	x := math.Log(float64(rank+20)) / math.Log(float64(rarest+20))
	return byte(math.Round(255 * x * x * x))
}

func appendRow(b []byte, number []uint16, self int, neighbours []neighbour) []byte {
	var steps [thesaurus.Neighbours / 2]byte
	for k := range thesaurus.Neighbours {
		n := neighbour{stem: self}
		if k < len(neighbours) {
			n = neighbours[k]
		}
		b = binary.LittleEndian.AppendUint16(b, number[n.stem])
		steps[k/2] |= thesaurus.Steps(n.near) << (k % 2 * 4)
	}
	return append(b, steps[:]...)
}
