package page

import (
	"cmp"
	"slices"
)

// A posting is one term of one item of the page being built.
type posting struct {
	hash uint32
	item uint32
	d, q uint8
}

// sortPostings sorts by hash postings that come in order of item, and keeps
// that order within a hash. Past a few hundred a radix sort is far quicker
// than comparing: hashes are spread evenly.
func sortPostings(list []posting) []posting {
	if len(list) < 256 {
		slices.SortStableFunc(list, func(a, b posting) int { return cmp.Compare(a.hash, b.hash) })
		return list
	}
	const bits = 11 // three passes, with counters that stay in the first cache
	other := make([]posting, len(list))
	for shift := 0; shift < 32; shift += bits {
		var start [1<<bits + 1]int32
		for i := range list {
			start[list[i].hash>>shift&(1<<bits-1)+1]++
		}
		for d := 1; d < len(start); d++ {
			start[d] += start[d-1]
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
