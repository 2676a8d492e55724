package page

import (
	"cmp"
	"errors"
	"slices"
)

// MergeOptions say what a merge may leave out. Times are unix ms; 0 means never.
type MergeOptions struct {
	// All is set when segs are all segments that the owner has. Only then may
	// tombstones, clears and expired items go: else what they bury may be in a
	// segment that this merge does not see.
	All bool
	// DropTombstonesBefore lets tombstones, clears and expired items go that
	// are older. It has to be so long ago that no page is kept from before,
	// and longer ago than twice the time that a merge may take from reading
	// its sources to the removal of the last of them: another merge may have
	// read a source just before it was removed, and be written that much
	// later. Clock differences and the lag of replicas come on top.
	DropTombstonesBefore int64
	// ForgetAbsorbedBefore lets names of absorbed segments go that are older:
	// those of requests that nobody can repeat any more.
	ForgetAbsorbedBefore int64
	// Now is when items expire.
	Now int64
	// Made is when the merge is made, if that is later by another clock: from
	// then on counts for how long what buried something has to stay.
	Made int64
}

// ErrNothing is what MergeParts gives for no segments.
var ErrNothing = errors.New("page: nothing to merge")

// MergeParts makes one segment of several, whose entries keep their origins, or
// as many as it takes to have none of more than most bytes. A part has more if a
// single entry has.
//
// Order and repetition of segs make no difference, and merging the result again,
// with or without what it was made of, adds nothing but a source.
//
// Superseded versions and cleared items are left out at once, since what
// supersedes them is in the result. An expired item becomes a tombstone,
// which buries the same and takes no room.
//
// A tombstone or clear that is old enough goes when All is set and there is
// nothing in segs that it buries. The last condition makes the order in which
// the sources are removed of no account: a merge that is interrupted there
// never leaves an item in the stream without what buries it. One that did
// bury something takes Now or Made as its time, since its age has to tell for how
// long nothing that it buries has been in the stream: a merge that read such
// a thing may still be on its way. So a deleted item takes two merges to
// vanish altogether, one for its text and a later one for its tombstone.
//
// Parts together are what one segment would be, and each is a merged segment by
// itself: the sources may go when all parts are written, and parts without the
// others do no harm. They are to be written in order: it is that of their
// entries, so that by its age none goes before one that is older. There is
// always a first part; one without entries still says what it absorbed.
//
// Errors are ErrNothing, ErrTooLarge, and a *SegmentError of what cannot be read.
func MergeParts(segs []Stored, opt MergeOptions, most int) ([][]byte, error) {
	m := merging{opt: opt}
	s, bounds, err := m.merged(segs)
	if err != nil {
		return nil, err
	}
	var data [][]byte
	for _, part := range s.divide(bounds, most) {
		data = append(data, AppendSegment(nil, part))
	}
	return data, nil
}

// A merging is a merge under way.
type merging struct {
	opt      MergeOptions
	entries  []rawEntry
	sources  []uint64 // ascending
	absorbed []Absorbed
	clear    *rawEntry // the highest
	arena    arena
}

// merged is the one segment that segs make, and the most that each of its
// entries takes.
func (m *merging) merged(segs []Stored) (s Segment, bounds []int, err error) {
	for i := range segs {
		if err := m.read(&segs[i]); err != nil {
			return s, nil, &SegmentError{Seq: segs[i].Seq, Err: err}
		}
	}
	if len(m.sources) == 0 {
		return s, nil, ErrNothing
	}
	kept := m.keep()
	if len(kept) > maxEntries {
		return s, nil, ErrTooLarge
	}
	s = Segment{Sources: m.sources, Absorbed: m.remembered()}
	for _, e := range kept {
		entry, err := e.entry(&m.arena)
		if err != nil {
			return s, nil, &SegmentError{Seq: e.seg.seq, Err: err}
		}
		s.Entries, bounds = append(s.Entries, entry), append(bounds, e.bound(&entry.Item))
	}
	return s, bounds, nil
}

func (m *merging) read(s *Stored) error {
	at, known := slices.BinarySearch(m.sources, s.Seq)
	if known {
		return nil
	}
	seg, err := openSegment(s.Data)
	if err != nil {
		return err
	}
	seg.seq = s.Seq
	m.sources = slices.Insert(m.sources, at, s.Seq)
	m.absorbed = append(m.absorbed, seg.Absorbed...)
	written := seg.At
	for e, ok := seg.next(); ok; e, ok = seg.next() {
		if e.origin.Seq == 0 {
			e.origin.Seq = s.Seq
		}
		written = max(written, e.at)
		m.entries = append(m.entries, e)
	}
	if len(seg.Sources) == 0 {
		m.absorbed = append(m.absorbed, Absorbed{Name: s.Name, Seq: s.Seq, At: written})
	}
	return seg.err()
}

// remembered is the list of absorbed segments, each once, less the old ones.
func (m *merging) remembered() []Absorbed {
	slices.SortFunc(m.absorbed, func(a, b Absorbed) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Name, b.Name), cmp.Compare(a.At, b.At))
	})
	list := slices.CompactFunc(m.absorbed, func(a, b Absorbed) bool { return a.Seq == b.Seq && a.Name == b.Name })
	return slices.DeleteFunc(list, func(a Absorbed) bool { return old(a.At, m.opt.ForgetAbsorbedBefore) })
}

// old tells whether a time is known and before a limit.
func old(at, before int64) bool { return at != 0 && at < before }

// keep gives the entries of the result in order of origin.
func (m *merging) keep() []*rawEntry {
	list := m.items()
	winners := newest(slices.Clone(list))
	m.bury(list, winners)
	kept := slices.DeleteFunc(winners, func(e *rawEntry) bool {
		return m.clear != nil && e.origin.Less(m.clear.origin) || e.kind == Tombstone && m.droppable(e)
	})
	if m.clear != nil && !m.droppable(m.clear) {
		kept = append(kept, m.clear)
	}
	slices.SortFunc(kept, func(a, b *rawEntry) int { return compareOrigins(a.origin, b.origin) })
	return kept
}

// items gives puts and tombstones, and finds the highest clear.
func (m *merging) items() []*rawEntry {
	list := make([]*rawEntry, 0, len(m.entries))
	for i := range m.entries {
		e := &m.entries[i]
		switch {
		case e.kind != Clear:
			list = append(list, e)
		case m.clear == nil || m.clear.origin.Less(e.origin) || m.clear.origin == e.origin && m.clear.at < e.at:
			m.clear = e
		}
	}
	return list
}

// bury turns expired winners into tombstones, and gives tombstones and the
// clear that have something to bury among list the time of this merge.
func (m *merging) bury(list, winners []*rawEntry) {
	byID := make(map[string]*rawEntry, len(winners))
	for _, e := range winners {
		m.expire(e)
		byID[e.id] = e
	}
	for _, e := range list {
		if w := byID[e.id]; w.kind == Tombstone && e.origin.Less(w.origin) {
			w.at, w.buries = max(w.at, m.opt.Now, m.opt.Made), true
		}
		if m.clear != nil && e.origin.Less(m.clear.origin) {
			m.clear.at, m.clear.buries = max(m.clear.at, m.opt.Now, m.opt.Made), true
		}
	}
}

// expire turns an expired item into a tombstone that is as old as its expiry.
func (m *merging) expire(e *rawEntry) {
	if e.kind != Put {
		return
	}
	if v := e.preview(); expired(v.expires, m.opt.Now) {
		e.kind, e.at = Tombstone, max(e.at, v.expires)
	}
}

// droppable: nothing that it buries was in the stream for long enough.
func (m *merging) droppable(e *rawEntry) bool {
	return m.opt.All && !e.buries && old(e.at, m.opt.DropTombstonesBefore)
}

// entry decodes a raw entry, its strings aliased.
func (e *rawEntry) entry(a *arena) (Entry, error) {
	d := Entry{Kind: e.kind, Origin: e.origin, At: e.at}
	if e.kind != Put {
		d.ID = e.id
		return d, nil
	}
	return d, e.decode(&d.Item, a)
}
