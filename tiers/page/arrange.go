package page

import (
	"cmp"
	"slices"
)

// arrange merges the base's items, those marked -1 in renumber left out, with
// the fresh ones, in order of time and origin.
func (pl *plan) arrange() {
	byTime := pl.asRead()
	slices.SortFunc(byTime, func(a, b int32) int {
		x, y := &pl.fresh[a], &pl.fresh[b]
		return compareItems(x.time, x.raw.origin, y.time, y.raw.origin)
	})
	pl.order = make([]int32, 0, len(pl.renumber)+len(byTime))
	for i := range pl.renumber {
		if pl.renumber[i] < 0 {
			pl.whole, pl.same = false, false
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

// asRead gives the fresh items in the order in which they were read, which is
// nearly that of time: sorting what is nearly sorted is quick.
func (pl *plan) asRead() []int32 {
	list := make([]int32, pl.read)
	for i := range pl.fresh {
		list[pl.fresh[i].raw.nth] = int32(i) + 1
	}
	n := 0
	for _, i := range list {
		if i > 0 {
			list[n] = i - 1
			n++
		}
	}
	return list[:n]
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

// bases chooses what times and sequences in rows are counted from, the lowest
// of each, and finds the first expiry. Where every item of the base stays and
// none comes before it, its bases stay too, so that its rows may.
func (pl *plan) bases() {
	h := &pl.head
	if len(pl.order) == 0 {
		return
	}
	h.timeBase, _, h.seqBase = pl.facts(pl.order[0])
	for _, source := range pl.order {
		if pl.same && source >= 0 {
			continue
		}
		_, expires, seq := pl.facts(source)
		h.seqBase = min(h.seqBase, seq)
		h.expires(expires)
	}
	if pl.same && pl.base.Len() > 0 {
		h.timeBase = pl.base.timeBase()
		h.seqBase = min(h.seqBase, pl.base.uint64(atSeqBase))
		h.expires(pl.base.NextExpiry())
	}
}

// expires notes when an item expires, 0 never.
func (h *header) expires(at int64) {
	if at != 0 && (h.nextExpiry == 0 || at < h.nextExpiry) {
		h.nextExpiry = at
	}
}

func (pl *plan) facts(source int32) (at, expires int64, seq uint64) {
	if source >= 0 {
		r := pl.base.Row(int(source))
		return r.Time, r.Expires, r.Revision
	}
	f := &pl.fresh[^source]
	return f.time, f.expires, f.raw.origin.Seq
}

// compareItems orders items as a page does.
func compareItems(t1 int64, o1 Origin, t2 int64, o2 Origin) int {
	return cmp.Or(cmp.Compare(t1, t2), cmp.Compare(o1.Seq, o2.Seq), cmp.Compare(o1.Place, o2.Place))
}
