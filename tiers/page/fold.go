package page

import (
	"cmp"
	"slices"
)

// Fold brings base up to the sequence upTo, with the segments past it, and
// gives the page as it then is; base, which may be the zero Page, is not
// changed, and the result shares nothing with base or segs.
//
// base is complete: it reflects every entry whose origin is at or before its
// sequence. So from each segment only entries with an origin past that count,
// and that is why a page keeps no tombstones: what a tombstone could bury is
// older than the tombstone, so either the base knew both, or the older entry
// is at or before the base's sequence and is not looked at, or both are among
// the segments here. Segments may come in any order, more than once, and
// merged ones together with what they were made of.
//
// upTo is the sequence up to which segs is complete, at or past each of
// theirs, as a batched direct get states it. A segment past it is left for
// the next fold; an upTo before the base's sequence changes nothing.
//
// now, unix ms, is when items expire. The newest version of an item is found
// first and its expiry looked at then, so an expired version still buries the
// older ones.
//
// A segment that cannot be read gives a *SegmentError around ErrCorrupt,
// ErrVersion or ErrSealed; more than a page can address gives ErrTooLarge.
func Fold(base Page, segs []Stored, upTo uint64, now int64) (Page, error) {
	f := folding{base: base, seq: max(base.Seq(), upTo), now: now}
	f.lastSegment = base.LastSegment()
	if err := f.read(segs); err != nil {
		return Page{}, err
	}
	if f.base.b != nil && f.idle() {
		return f.restamp(), nil
	}
	winners := f.winners()
	pl := plan{base: base, head: f.header(), read: len(f.entries)}
	pl.renumber, pl.same, pl.whole = make([]int32, base.Len()), true, true
	f.bury(winners, pl.renumber)
	pl.fresh = f.living(winners)
	pl.arrange()
	return pl.build()
}

// A folding is a fold under way.
type folding struct {
	base        Page
	seq         uint64
	now         int64
	cleared     Origin     // the highest clear past the base
	entries     []rawEntry // puts and tombstones past the base
	segments    []uint64   // sequences of the segments read
	sources     []uint64   // of those that were merged
	lastSegment uint64
}

// read collects the entries that the base does not know.
func (f *folding) read(segs []Stored) error {
	var open []*segmentReader
	entries := 0
	for i := range segs {
		s := &segs[i]
		if s.Seq <= f.base.Seq() || s.Seq > f.seq {
			continue
		}
		seg, err := openSegment(s.Data)
		if err != nil {
			return &SegmentError{Seq: s.Seq, Err: err}
		}
		seg.seq = s.Seq
		open = append(open, seg)
		entries += seg.Entries
	}
	if f.base.b == nil { // else few of them may be new
		f.entries = make([]rawEntry, 0, entries)
	}
	for _, seg := range open {
		if err := f.collect(seg); err != nil {
			return &SegmentError{Seq: seg.seq, Err: err}
		}
	}
	return nil
}

func (f *folding) collect(seg *segmentReader) error {
	f.lastSegment = max(f.lastSegment, seg.seq)
	f.segments = append(f.segments, seg.seq)
	f.sources = append(f.sources, seg.Sources...)
	for e, ok := seg.next(); ok; e, ok = seg.next() {
		if e.origin.Seq == 0 {
			e.origin.Seq = seg.seq
		}
		switch {
		case e.origin.Seq <= f.base.Seq():
		case e.kind != Clear:
			e.nth = uint32(len(f.entries))
			f.entries = append(f.entries, e)
		case f.cleared.Less(e.origin):
			f.cleared = e.origin
		}
	}
	return seg.err()
}

// idle: no item changes.
func (f *folding) idle() bool {
	next := f.base.NextExpiry()
	return len(f.entries) == 0 && f.cleared == Origin{} && (next == 0 || next > f.now)
}

// restamp is the base with another sequence.
func (f *folding) restamp() Page {
	b := slices.Clone(f.base.b)
	h := f.header()
	h.stamp(b)
	return Page{b}
}

func (f *folding) header() header {
	return header{seq: f.seq, lastSegment: f.lastSegment, segments: f.estimate(), now: f.now}
}

// estimate counts the segments that the stream holds: those that the base
// counted, less those of them that a merge has taken in since, and the new
// ones. It is too low while a merge's sources wait to be removed, and right
// again when the page is next folded from nothing.
func (f *folding) estimate() int {
	slices.Sort(f.segments)
	slices.Sort(f.sources)
	n := len(slices.Compact(f.segments))
	live := f.base.Segments()
	for _, seq := range slices.Compact(f.sources) {
		if seq <= f.base.Seq() {
			live--
		}
	}
	return n + max(live, 0)
}

// winners gives, in order of id, the newest entry of each item.
func (f *folding) winners() []*rawEntry {
	list := make([]*rawEntry, len(f.entries))
	for i := range f.entries {
		list[i] = &f.entries[i]
	}
	return newest(list)
}

func compareOrigins(a, b Origin) int {
	return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Place, b.Place))
}

// bury marks with -1 the base's items that are gone: all of them if there was
// a clear, those with a newer version or a tombstone, and those expired.
func (f *folding) bury(winners []*rawEntry, gone []int32) {
	if f.cleared != (Origin{}) {
		for i := range gone {
			gone[i] = -1
		}
		return
	}
	for _, e := range winners {
		if i, ok := f.base.Find(e.id); ok {
			gone[i] = -1
		}
	}
	if next := f.base.NextExpiry(); next == 0 || next > f.now {
		return
	}
	for i := range gone {
		if expired(f.base.Row(i).Expires, f.now) {
			gone[i] = -1
		}
	}
}

func expired(expires, now int64) bool { return expires != 0 && expires <= now }

// living gives the winners that are items, in order of id.
func (f *folding) living(winners []*rawEntry) []fresh {
	list := make([]fresh, 0, len(winners))
	for _, e := range winners {
		if e.kind != Put || !f.cleared.Less(e.origin) {
			continue
		}
		if v := e.preview(); !expired(v.expires, f.now) {
			list = append(list, fresh{raw: e, preview: v, cut: cutID(e.id)})
		}
	}
	return list
}
