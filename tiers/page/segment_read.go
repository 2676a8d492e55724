package page

import (
	"fmt"
)

// A segment being read: its head decoded, its entries not yet. All strings
// alias the bytes it was opened on.
type segmentReader struct {
	Head
	seq     uint64 // its stream sequence, if whoever opened it says so
	r       reader
	strings []string
	read    int    // entries so far
	prev    uint64 // sequence of the explicit origin before
}

// A rawEntry is an entry whose item is still encoded.
type rawEntry struct {
	kind   Kind
	buries bool   // of a tombstone or clear in a merge: something there is older
	size   uint32 // in its segment
	nth    uint32 // of the entries that a fold has read
	origin Origin
	at     int64
	id     string // of the item, for puts as well
	item   []byte // of a put
	seg    *segmentReader
}

// openSegment checks a segment and decodes its head.
func openSegment(b []byte) (*segmentReader, error) {
	s := &segmentReader{}
	flags, body, err := openFrame(b)
	if err != nil {
		return s, err
	}
	if flags&flagSealed != 0 {
		return s, sealed(body)
	}
	s.r.b = body
	s.At = s.r.varint()
	if flags&flagMerged != 0 {
		s.readSources()
		s.readAbsorbed()
	}
	s.readTable()
	s.Entries = s.r.count(1)
	if s.r.bad || s.Entries > maxEntries {
		return &segmentReader{}, fmt.Errorf("%w: segment head", ErrCorrupt)
	}
	return s, nil
}

func (s *segmentReader) readSources() {
	var prev uint64
	for range s.r.count(1) {
		prev += uint64(s.r.varint())
		s.Sources = append(s.Sources, prev)
	}
	if len(s.Sources) == 0 {
		s.r.fail() // a merged segment without sources would read as a fresh one
	}
}

func (s *segmentReader) readAbsorbed() {
	var prev Absorbed
	for range s.r.count(3) {
		prev.Name = s.r.string()
		prev.Seq += uint64(s.r.varint())
		prev.At += s.r.varint()
		s.Absorbed = append(s.Absorbed, prev)
	}
}

func (s *segmentReader) readTable() {
	n := s.r.count(1)
	if n == 0 {
		return
	}
	s.strings = make([]string, 0, min(n, 256))
	for range n {
		s.strings = append(s.strings, s.r.string())
	}
}

// next reads an entry, until there are no more or one is bad: ask err then.
func (s *segmentReader) next() (rawEntry, bool) {
	if s.read == s.Entries || s.r.bad {
		return rawEntry{}, false
	}
	before := len(s.r.b)
	head := s.r.byte()
	e := rawEntry{kind: Kind(head & entryKind), at: s.At, seg: s}
	e.origin.Place = uint32(s.read)
	if head&entryOrigin != 0 {
		s.prev += uint64(s.r.varint())
		e.origin = Origin{Seq: s.prev, Place: s.r.uvarint32()}
	}
	if head&entryAt != 0 {
		e.at += s.r.varint()
	}
	s.body(&e)
	if head&^(entryKind|entryOrigin|entryAt) != 0 {
		s.r.fail()
	}
	s.read++
	e.size = uint32(before - len(s.r.b))
	return e, !s.r.bad
}

func (s *segmentReader) body(e *rawEntry) {
	switch e.kind {
	case Put:
		e.id = s.r.string()
		e.item = s.r.take(s.r.uvarint())
	case Tombstone:
		e.id = s.r.string()
	case Clear:
	default:
		s.r.fail()
	}
}

// err is nil if every entry was read and nothing is left.
func (s *segmentReader) err() error {
	if s.r.bad || s.read != s.Entries || len(s.r.b) != 0 {
		return fmt.Errorf("%w: segment entry %d", ErrCorrupt, s.read)
	}
	return nil
}

// A preview is what the fold has to know of an item before it decodes the rest.
type preview struct {
	time, expires int64
	terms         int
}

// An arena holds the slices of many items in few allocations. Items keep
// their parts of it, cut so that appending to one never reaches the next.
type arena struct {
	terms []Term
	pairs []Pair
}
