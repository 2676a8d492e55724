package page

import (
	"encoding/binary"
	"fmt"
	"math"
)

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
	it.Saying = uint16(r.uint64())
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
