package page

// Superseded tells, for each of an owner's segments, oldest first, how many of
// its bytes are of no account since it or a later one replaces or buries them,
// has them too, or since they have expired at now, unix ms. A merge of that
// segment and all later ones leaves so much out.
func Superseded(segs []Stored, now int64) ([]int, error) {
	dead := make([]int, len(segs))
	s := superseding{newest: make(map[string]standing), now: now}
	for i := len(segs) - 1; i >= 0; i-- {
		var err error
		if dead[i], err = s.add(segs[i].Data, segs[i].Seq, i); err != nil {
			return nil, &SegmentError{Seq: segs[i].Seq, Err: err}
		}
	}
	return dead, nil
}

// A superseding is what is known of the segments that have been seen, the newest first.
type superseding struct {
	newest  map[string]standing // by item
	cleared Origin
	now     int64
}

// A standing is the entry that counts of an item.
type standing struct {
	origin Origin
	in     int // index of its segment
}

// add takes the next older segment, and tells how much of it is of no account.
func (s *superseding) add(data []byte, seq uint64, at int) (dead int, err error) {
	seg, err := openSegment(data)
	if err != nil {
		return 0, err
	}
	entries := make([]rawEntry, 0, seg.Entries)
	for e, ok := seg.next(); ok; e, ok = seg.next() {
		if e.origin.Seq == 0 {
			e.origin.Seq = seq
		}
		entries = append(entries, e)
		s.note(&e, at)
	}
	for i := range entries {
		dead += s.lost(&entries[i], at)
	}
	return dead, seg.err()
}

func (s *superseding) note(e *rawEntry, at int) {
	if e.kind == Clear {
		if s.cleared.Less(e.origin) {
			s.cleared = e.origin
		}
		return
	}
	if has, ok := s.newest[e.id]; !ok || has.origin.Less(e.origin) {
		s.newest[e.id] = standing{origin: e.origin, in: at}
	}
}

// lost is how many bytes of an entry are of no account.
func (s *superseding) lost(e *rawEntry, at int) int {
	switch {
	case e.kind == Clear:
		return 0
	case s.newest[e.id] != standing{origin: e.origin, in: at}, e.origin.Less(s.cleared):
		return int(e.size)
	case e.kind == Put && expired(e.preview().expires, s.now):
		return len(e.item)
	default:
		return 0
	}
}

// Buries tells whether a segment has an entry with an origin past a sequence that
// is no item: one that takes items away.
func Buries(s Stored, past uint64) (bool, error) {
	seg, err := openSegment(s.Data)
	if err != nil {
		return false, err
	}
	buries := false
	for e, ok := seg.next(); ok; e, ok = seg.next() {
		if e.origin.Seq == 0 {
			e.origin.Seq = s.Seq
		}
		buries = buries || e.kind != Put && e.origin.Seq > past
	}
	return buries, seg.err()
}
