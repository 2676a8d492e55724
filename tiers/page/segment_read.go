package page

import (
	"encoding/binary"
	"fmt"
	"math"
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
	buries bool // of a tombstone or clear in a merge: something there is older
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

func (e *rawEntry) preview() preview {
	r := reader{b: e.item}
	_, v := e.start(&r)
	return v
}

// start reads the first byte of an item and its preview.
func (e *rawEntry) start(r *reader) (has byte, v preview) {
	has = r.byte()
	v.terms = r.count(5)
	v.time = e.at + r.varint()
	if has&hasExpires != 0 {
		v.expires = v.time + r.varint()
	}
	return has, v
}

// An arena holds the slices of many items in few allocations. Items keep
// their parts of it, cut so that appending to one never reaches the next.
type arena struct {
	terms []Term
	pairs []Pair
}

// decode reads a put's item. Terms and metadata go to the arena's end.
func (e *rawEntry) decode(it *Item, a *arena) error {
	r := reader{b: e.item}
	has, v := e.start(&r)
	*it = Item{ID: e.id, Time: v.time, Expires: v.expires, Importance: -1}
	voice := r.byte()
	it.Level, it.Role, it.Flags = Level(voice&15), Role(voice>>4), Flags(r.byte())
	it.LineTokens = r.uvarint32()
	it.TextTokens = uint32(int64(it.LineTokens) - r.varint())
	it.WordsD, it.WordsQ = r.uvarint16(), r.uvarint16()
	it.Simhash = r.uint64()
	e.decodeOptional(&r, has, it, a)
	it.Text = r.string()
	it.Terms = decodeTerms(&r, v.terms, a)
	if r.bad || len(r.b) != 0 {
		return fmt.Errorf("%w: item of a segment", ErrCorrupt)
	}
	return nil
}

func (e *rawEntry) decodeOptional(r *reader, has byte, it *Item, a *arena) {
	if has&hasName != 0 {
		it.Name = e.seg.ref(r)
	}
	if has&hasGroup != 0 {
		it.Group = e.seg.ref(r)
	}
	if has&hasLanguage != 0 {
		it.Language = e.seg.ref(r)
	}
	if has&hasImportance != 0 {
		it.Importance = math.Float32frombits(r.uint32())
	}
	if has&hasAccesses != 0 {
		it.Accesses = r.uvarint32()
	}
	if has&hasMetadata != 0 {
		start := len(a.pairs)
		for range r.count(2) {
			a.pairs = append(a.pairs, Pair{Key: e.seg.ref(r), Value: r.string()})
		}
		it.Metadata = a.pairs[start:len(a.pairs):len(a.pairs)]
	}
	if has&hasEmbedding != 0 {
		b := r.take(4 * uint64(r.count(4)))
		it.Embedding = appendVector(make([]float32, 0, len(b)/4), b)
	}
}

// ref reads a number into the string table.
func (s *segmentReader) ref(r *reader) string {
	n := r.uvarint()
	if n >= uint64(len(s.strings)) {
		r.fail()
		return ""
	}
	return s.strings[n]
}

func appendVector(dst []float32, b []byte) []float32 {
	for ; len(b) >= 4; b = b[4:] {
		dst = append(dst, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return dst
}

// decodeTerms reads n terms. Terms are most of what a segment is made of, so
// this keeps to local variables.
func decodeTerms(r *reader, n int, a *arena) []Term {
	list, b := a.terms, r.b
	start := len(list)
	for range n {
		if len(b) < 5 || b[4] == 0 && len(b) < 7 {
			r.fail()
			return nil
		}
		t := Term{Hash: binary.LittleEndian.Uint32(b), D: b[4] & 15, Q: b[4] >> 4}
		if b[4] == 0 {
			t.D, t.Q = b[5], b[6]
			b = b[2:]
		}
		list, b = append(list, t), b[5:]
	}
	a.terms, r.b = list, b
	if n == 0 {
		return nil
	}
	return list[start:len(list):len(list)]
}
