package page

import (
	"encoding/binary"
	"math"
)

// A record of a page is the id, as id.go says, and the text. If the item has
// anything else, the length of the text is before the text, and after it comes,
// with numbers as varints:
//
//	place of the origin, if it is not the number that the id ends in
//	wide values, if any: a byte that says which, then each in order
//	group number, from 1, if any
//	expiry less time, in zigzag form, if it expires
//	importance, float32, if given
//	accesses, if given
//	embedding, if any: how many numbers, then float32 each
//	metadata, if any: how many pairs, then number of the key, length of the value, value
//
// Nothing in it depends on where it stands, and only stems, groups, metadata
// keys and wide values on the page it is in, so most records pass from page to
// page as they are.

// Values that did not fit the row, in the order of the record.
const (
	wideSpeaker = iota
	wideLanguage
	wideTime
	wideSeq
	wideLine
	wideSlack
	wideWordsD
	wideWordsQ
	wideFields
)

// wides are the values of one item that did not fit its row.
type wides struct {
	mask   byte
	values [wideFields]uint64
}

// value gives a wide value, or that of the row.
func (w *wides) value(field int, narrow uint64) uint64 {
	return w.or(field, narrow, w.values[field])
}

// or gives instead if the field is wide, else the row's.
func (w *wides) or(field int, narrow, instead uint64) uint64 {
	if w.mask>>field&1 != 0 {
		return instead
	}
	return narrow
}

// A cursor reads a page's own bytes: they were checked as a whole by Open, so
// it checks nothing.
type cursor struct {
	b  []byte
	at int
}

func (c *cursor) uvarint() uint64 {
	b := c.b[c.at]
	c.at++
	if b < 0x80 {
		return uint64(b)
	}
	v := uint64(b & 0x7f)
	for shift := 7; ; shift += 7 {
		b = c.b[c.at]
		c.at++
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
}

func (c *cursor) take(n int) []byte {
	c.at += n
	return c.b[c.at-n : c.at : c.at]
}

// extras are the parts of a record past id and text.
type extras struct {
	place      uint32
	wide       wides
	group      uint32
	hasExpires bool
	life       int64
	importance float32
	accesses   uint32
	vector     []byte // the embedding, float32 little-endian
	pairs      int
	metadata   cursor
}

// What the record of an item has besides id and text, as its voice says.
const (
	recordWide = 1 << iota // values too wide for the row
	recordGroup
	recordExpires
	recordImportance
	recordEmbedding
	recordMetadata
	recordAccesses
	recordPlace // the origin's place is not the number that the id ends in

	recordInRow = recordWide | recordGroup | recordExpires | recordImportance | recordAccesses
)

// record gives item i's text, the number that its id ends in, and a cursor past both.
func (p Page) record(i int, has byte) (text []byte, number uint64, c cursor) {
	c = cursor{b: p.b, at: p.recordAt(i)}
	_, _, _, number = c.id()
	if has == 0 {
		return c.take(p.recordEnd(i) - c.at), number, c
	}
	return c.take(int(c.uvarint())), number, c
}

func (p Page) extras(i int) extras {
	has := p.voiceOf(i).has()
	_, number, c := p.record(i, has)
	x := extras{place: uint32(number), importance: -1}
	if has&recordPlace != 0 {
		x.place = uint32(c.uvarint())
	}
	if has&recordWide != 0 {
		x.wide = c.wides()
	}
	if has&recordGroup != 0 {
		x.group = uint32(c.uvarint())
	}
	if has&recordExpires != 0 {
		x.hasExpires, x.life = true, unzigzag(c.uvarint())
	}
	if has&recordImportance != 0 {
		x.importance = math.Float32frombits(binary.LittleEndian.Uint32(c.take(4)))
	}
	if has&recordAccesses != 0 {
		x.accesses = uint32(c.uvarint())
	}
	if has&recordEmbedding != 0 {
		x.vector = c.take(4 * int(c.uvarint()))
	}
	if has&recordMetadata != 0 {
		x.pairs = int(c.uvarint())
		x.metadata = c
	}
	return x
}

// skipTo passes over what is between the text and the group.
func (c *cursor) skipTo(has byte) {
	if has&recordPlace != 0 {
		c.uvarint()
	}
	if has&recordWide != 0 {
		c.wides()
	}
}

// skip passes over what is between group and metadata.
func (c *cursor) skip(has byte) {
	if has&recordExpires != 0 {
		c.uvarint()
	}
	if has&recordImportance != 0 {
		c.take(4)
	}
	if has&recordAccesses != 0 {
		c.uvarint()
	}
	if has&recordEmbedding != 0 {
		c.take(4 * int(c.uvarint()))
	}
}

func (c *cursor) wides() (w wides) {
	w.mask = c.take(1)[0]
	for f := range wideFields {
		if w.mask>>f&1 != 0 {
			w.values[f] = c.uvarint()
		}
	}
	return w
}

// recordEnd is where item i's record ends: records follow each other.
func (p Page) recordEnd(i int) int {
	if i == p.Len()-1 {
		return int(p.section(secRows))
	}
	return p.recordAt(i + 1)
}
