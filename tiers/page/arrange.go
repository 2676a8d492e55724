package page

import "slices"

// arrange merges the base's items, those marked -1 in renumber left out, with
// the fresh ones, in order of time and origin.
func (pl *plan) arrange() {
	byTime := make([]int32, len(pl.fresh))
	for i := range byTime {
		byTime[i] = int32(i)
	}
	slices.SortFunc(byTime, func(a, b int32) int {
		x, y := &pl.fresh[a], &pl.fresh[b]
		return compareItems(x.time, x.raw.origin, y.time, y.raw.origin)
	})
	pl.order = make([]int32, 0, len(pl.renumber)+len(byTime))
	for i := range pl.renumber {
		if pl.renumber[i] < 0 {
			pl.same = false
			continue
		}
		for len(byTime) > 0 && pl.before(byTime[0], i) {
			pl.take(byTime[0])
			byTime = byTime[1:]
		}
		pl.renumber[i] = int32(len(pl.order))
		pl.same = pl.same && len(pl.order) == i
		pl.order = append(pl.order, int32(i))
	}
	for _, k := range byTime {
		pl.take(k)
	}
	pl.bases()
}

// before tells whether fresh item k comes before the base's item i.
func (pl *plan) before(k int32, i int) bool {
	x := &pl.fresh[k]
	if t := pl.base.Time(i); t != x.time {
		return x.time < t
	}
	return x.raw.origin.Less(pl.base.Origin(i))
}

func (pl *plan) take(k int32) {
	pl.fresh[k].index = uint32(len(pl.order))
	pl.order = append(pl.order, ^k)
}

// bases chooses what times and sequences in rows are counted from, and finds
// the first expiry. The bases are rounded far down, so that they seldom
// change when the oldest item goes and rows can be carried over as they are.
func (pl *plan) bases() {
	h := &pl.head
	for n, source := range pl.order {
		at, expires, seq := pl.facts(source)
		if n == 0 {
			h.timeBase, h.seqBase = at, seq
		}
		h.seqBase = min(h.seqBase, seq)
		if expires != 0 && (h.nextExpiry == 0 || expires < h.nextExpiry) {
			h.nextExpiry = expires
		}
	}
	h.timeBase &^= 1<<32 - 1
	h.seqBase &^= 1<<31 - 1
}

func (pl *plan) facts(source int32) (at, expires int64, seq uint64) {
	if source >= 0 {
		r := pl.base.Row(int(source))
		return r.Time, r.Expires, r.Revision
	}
	f := &pl.fresh[^source]
	return f.time, f.expires, f.raw.origin.Seq
}
