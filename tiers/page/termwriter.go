package page

import (
	"encoding/binary"
)

// A termWriter writes a term dictionary, term by term in order of hash.
type termWriter struct {
	b      []byte // the page so far
	blocks []byte
	limit  int    // terms of the blocks at hand
	terms  int    // of the block that is being made
	opens  uint32 // hash of the first of them
	before uint32 // hash of the last of them
	gaps   []byte // between them
	said   []byte // of them
	list   []byte // scratch: postings of the term at hand
	items  int    // how many those are
	last   uint32 // item of the last of them
	first  Term   // how often the first of them has the term
}

// newTermWriter writes after b. It has room for a block at once, most terms of
// which take less than 16 bytes.
func newTermWriter(b []byte) termWriter {
	return termWriter{b: b, gaps: make([]byte, 0, gapSize*blockMost), said: make([]byte, 0, 16*blockMost)}
}

// begin has a block begin at the next term. Blocks have up to limit terms from here on.
func (w *termWriter) begin(limit int) {
	w.flush()
	w.limit = limit
}

// flush writes the block that is being made.
func (w *termWriter) flush() {
	if w.terms == 0 {
		return
	}
	w.index(w.opens, 0)
	w.b = append(append(append(w.b, byte(w.terms)), w.gaps...), w.said...)
	w.terms, w.gaps, w.said = 0, w.gaps[:0], w.said[:0]
}

// index notes that a block whose first term has this hash follows, after so many bytes more.
func (w *termWriter) index(hash uint32, after int) {
	w.blocks = binary.LittleEndian.AppendUint32(w.blocks, hash)
	w.blocks = binary.LittleEndian.AppendUint32(w.blocks, uint32(len(w.b)+after))
}

// add notes one item of the term at hand. Items come in order.
func (w *termWriter) add(item uint32, d, q uint8) {
	if w.items == 0 {
		w.first = Term{D: d, Q: q}
	}
	w.list = appendPosting(w.list, item-w.last, d, q)
	w.last = item
	w.items++
}

// end writes the term at hand, unless no item has it any more.
func (w *termWriter) end(hash uint32) {
	switch w.items {
	case 0:
	case 1:
		w.hash(hash)
		w.one(uint64(w.last), w.first.D, w.first.Q)
	default:
		w.hash(hash)
		w.several(w.items, w.list)
	}
	w.list, w.items, w.last = w.list[:0], 0, 0
}

// several writes the postings of a term that so many items have.
func (w *termWriter) several(items int, list []byte) {
	w.said = binary.AppendUvarint(w.said, uint64(items)<<1|1)
	w.said = binary.AppendUvarint(w.said, uint64(len(list)))
	w.said = append(w.said, list...)
}

// one writes the posting of a term that has but one.
func (w *termWriter) one(item uint64, d, q uint8) {
	form := uint64(packed)
	switch {
	case d == 1 && q == 0:
		form = onceD
	case d == 0 && q == 1:
		form = onceQ
	case d == 2 && q == 0:
		form = twiceD
	}
	w.said = binary.AppendUvarint(w.said, item<<3|form<<1)
	if form == packed {
		w.said = appendCounts(w.said, d, q)
	}
}

// hash begins a term.
func (w *termWriter) hash(hash uint32) {
	gap := hash - w.before
	if w.terms == w.limit || gap > mostGap {
		w.flush()
	}
	if w.terms == 0 {
		w.opens = hash
	} else {
		w.gaps = append(w.gaps, byte(gap), byte(gap>>8), byte(gap>>16))
	}
	w.before = hash
	w.terms++
}
