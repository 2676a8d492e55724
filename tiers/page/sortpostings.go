package page

import (
	"cmp"
	"slices"
	"sync"
)

// A posting is one term of one item of the page being built.
type posting struct {
	hash uint32
	item uint32
	d, q uint8
}

// A postingScratch is the memory of a fold's postings, used again by the next.
type postingScratch struct{ list, other []posting }

// postingScratches holds memory and no state.
var postingScratches = sync.Pool{New: func() any { return new(postingScratch) }}

// mostPostings is of how many postings the memory is used again: some thousand items have as many.
const mostPostings = 1 << 17

// takePostings gives a scratch without postings, with room for n.
func takePostings(n int) *postingScratch {
	s := postingScratches.Get().(*postingScratch)
	s.list = slices.Grow(s.list[:0], n)
	return s
}

// release gives the scratch back, unless it became too large to lie about.
func (s *postingScratch) release() {
	if cap(s.list) <= mostPostings {
		postingScratches.Put(s)
	}
}

// sort puts postings that came in order of item in order of hash, and keeps
// that order within a hash. Past a few hundred a radix sort is far quicker
// than comparing: hashes are spread evenly.
func (s *postingScratch) sort() []posting {
	list := s.list
	if len(list) < 256 {
		slices.SortStableFunc(list, func(a, b posting) int { return cmp.Compare(a.hash, b.hash) })
		return list
	}
	const bits = 11 // three passes, with counters that stay in the first cache
	var starts [3][1 << bits]uint32
	for i := range list {
		h := list[i].hash
		starts[0][h&(1<<bits-1)]++
		starts[1][h>>bits&(1<<bits-1)]++
		starts[2][h>>(2*bits)]++
	}
	if cap(s.other) < len(list) {
		s.other = make([]posting, len(list))
	}
	other := s.other[:len(list)]
	for pass := range starts {
		start, shift, sum := &starts[pass], bits*pass, uint32(0)
		for d, n := range start {
			start[d] = sum
			sum += n
		}
		for i := range list {
			at := &start[list[i].hash>>shift&(1<<bits-1)]
			other[*at] = list[i]
			*at++
		}
		list, other = other, list
	}
	return list
}
