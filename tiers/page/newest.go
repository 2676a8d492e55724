package page

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// newest sorts entries by id and keeps the highest origin of each. Merges may
// have made an expired item a tombstone and a tombstone younger: of one origin
// the tombstone wins, and the youngest.
func newest(list []*rawEntry) []*rawEntry {
	sorted := keyed(list)
	slices.SortFunc(sorted, func(x, y keyedEntry) int {
		if x.key != y.key {
			return cmp.Compare(x.key, y.key)
		}
		a, b := x.rawEntry, y.rawEntry
		if c := cmp.Compare(a.id, b.id); c != 0 {
			return c
		}
		return cmp.Or(compareOrigins(b.origin, a.origin), cmp.Compare(b.kind, a.kind), cmp.Compare(b.at, a.at))
	})
	winners := list[:0]
	for i, e := range sorted {
		if i == 0 || e.key != sorted[i-1].key || e.id != sorted[i-1].id {
			winners = append(winners, e.rawEntry)
		}
	}
	return winners
}

// A keyedEntry has the eight bytes of an entry's id after those that all ids
// begin with. Nearly always they tell which of two comes first, and a number is
// compared at once where a string has to be fetched: ids begin alike.
type keyedEntry struct {
	key uint64
	*rawEntry
}

func keyed(list []*rawEntry) []keyedEntry {
	sorted := make([]keyedEntry, len(list))
	alike := sharedPrefix(list)
	for i, e := range list {
		var first [8]byte // a shorter id ends in zeros here, and is told apart by all of it
		copy(first[:], e.id[alike:])
		sorted[i] = keyedEntry{binary.BigEndian.Uint64(first[:]), e}
	}
	return sorted
}

// sharedPrefix is how many bytes all ids begin with alike.
func sharedPrefix(list []*rawEntry) int {
	if len(list) == 0 {
		return 0
	}
	prefix := list[0].id
	for _, e := range list {
		n := min(len(prefix), len(e.id))
		for at := range n {
			if prefix[at] != e.id[at] {
				n = at
				break
			}
		}
		prefix = prefix[:n]
	}
	return len(prefix)
}
