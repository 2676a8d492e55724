package page

import (
	"encoding/binary"
	"math"
)

// A plan says what a page is to be made of.
type plan struct {
	base     Page
	fresh    []fresh // new item versions, in order of id
	read     int     // entries that they are of
	order    []int32 // items in order: an index in base, or ^an index in fresh
	renumber []int32 // by index in base: the index in the new page, -1 if gone
	same     bool    // renumber changes nothing: the base's items stay, and come first
	whole    bool    // the base's items stay, wherever
	head     header
}

// A fresh is an item version that was not in the base.
type fresh struct {
	raw *rawEntry
	preview
	cut    idCut
	index  uint32
	at     int  // where it goes among the base's ids
	kin    bool // an item of the base has the stem of its id
	shared bool // the stem stands apart
}

// A header has the numbers of a page's header that a plan decides.
type header struct {
	seq, lastSegment     uint64
	segments             int
	now                  int64
	timeBase, nextExpiry int64
	seqBase              uint64
}

// A builder writes a page as planned, section after section.
type builder struct {
	plan
	b         []byte
	steady    bool // rows of the base stay but for where their records are
	kept      int  // rows of the base that may stay as they are, from the first on
	drafts    []draft
	names     numbering
	groups    numbering
	languages numbering
	keys      numbering
	stems     numbering
	voices    voicing
	postings  *postingScratch // of fresh items
	arena     arena
	item      Item // scratch
}

// build writes the page.
func (pl plan) build() (Page, error) {
	w := &builder{plan: pl}
	w.b = make([]byte, headerSize, pl.sizeGuess())
	w.keep()
	w.neighbours()
	w.share()
	if err := w.items(); err != nil {
		return Page{}, err
	}
	w.sections()
	if len(w.b) > math.MaxUint32 || len(w.order) > math.MaxInt32 || len(w.voices.list) > 1<<voiceBits {
		return Page{}, ErrTooLarge
	}
	w.finish()
	return Page{w.b}, nil
}

// keep begins with what stays of the base: its numbers of strings and voices
// if none of its items is gone, and all of its records if they come first, too.
func (w *builder) keep() {
	for section, n := range w.numberings() {
		n.from = w.base.strings(secNames + section)
		if w.whole {
			n.keep()
		}
	}
	if !w.whole || w.base.Len() == 0 {
		return
	}
	w.voices.keep(w.base)
	w.steady = w.base.timeBase() == w.head.timeBase && w.base.uint64(atSeqBase) == w.head.seqBase
	if w.steady && w.same {
		w.kept = w.base.Len()
		w.b = append(w.b, w.base.b[headerSize:w.base.section(secRows)]...)
	}
}

func (w *builder) numberings() [5]*numbering {
	return [...]*numbering{&w.names, &w.groups, &w.languages, &w.keys, &w.stems}
}

// sizeGuess is about what the page will take, so that it seldom grows.
func (pl *plan) sizeGuess() int {
	size := headerSize + len(pl.base.b) + 1024
	for i := range pl.fresh {
		size += len(pl.fresh[i].raw.item) + len(pl.fresh[i].raw.id)
	}
	return size
}

// items writes records, drafts rows, and gathers the terms of fresh items.
func (w *builder) items() error {
	terms := 0
	for i := range w.fresh {
		terms += w.fresh[i].terms
	}
	w.postings = takePostings(terms)
	w.drafts = make([]draft, 0, len(w.order)-w.kept)
	for i := w.kept; i < len(w.order); i++ {
		source := w.order[i]
		if source >= 0 && w.steady {
			i += w.carryRun(int(source), w.order[i:]) - 1
			continue
		}
		if source >= 0 {
			w.carry(int(source))
			continue
		}
		f := &w.fresh[^source]
		raw := f.raw
		w.arena.terms, w.arena.pairs = w.arena.terms[:0], w.arena.pairs[:0]
		if err := raw.decode(&w.item, &w.arena); err != nil {
			return &SegmentError{Seq: raw.seg.seq, Err: err}
		}
		w.add(&w.item, f.cut, raw.origin, f.shared)
		w.post(uint32(i))
	}
	return nil
}

// post notes the terms of the item at hand.
func (w *builder) post(i uint32) {
	list := w.postings.list
	for _, t := range w.item.Terms {
		list = append(list, posting{hash: t.Hash, item: i, d: t.D, q: t.Q})
	}
	w.postings.list = list
}

// sections writes what follows the records.
func (w *builder) sections() {
	w.begin(secRows)
	w.rows()
	w.begin(secIDs)
	w.ids()
	for i, n := range w.numberings() {
		w.begin(secNames + i)
		w.b = n.appendTable(w.b)
	}
	w.begin(secVoices)
	w.b = w.voices.appendTable(w.b)
	w.begin(secTerms)
	t := newTermWriter(w.b)
	t.merge(w.base, w.renumber, w.same, w.postings.sort())
	w.postings.release()
	w.b = t.b
	w.begin(secBlocks)
	w.b = append(w.b, t.blocks...)
}

func (w *builder) begin(section int) { w.put32(atSections+4*section, uint32(len(w.b))) }

// finish writes the header.
func (w *builder) finish() {
	copy(w.b, pageMagic)
	w.b[3] = pageVersion
	w.put32(atLength, uint32(len(w.b)))
	w.put32(atCount, uint32(len(w.order)))
	w.put64(atTimeBase, uint64(w.head.timeBase))
	w.put64(atSeqBase, w.head.seqBase)
	w.put64(atNextExpiry, uint64(w.head.nextExpiry))
	w.head.stamp(w.b)
}

// stamp writes what changes even when no item does, and the checksum.
func (h *header) stamp(b []byte) {
	binary.LittleEndian.PutUint64(b[atSeq:], h.seq)
	binary.LittleEndian.PutUint64(b[atLastSegment:], h.lastSegment)
	binary.LittleEndian.PutUint64(b[atFolded:], uint64(h.now))
	binary.LittleEndian.PutUint32(b[atSegments:], uint32(h.segments))
	binary.LittleEndian.PutUint32(b[4:], checksum(b[atLength:]))
}

func (w *builder) put32(at int, v uint32) { binary.LittleEndian.PutUint32(w.b[at:], v) }
func (w *builder) put64(at int, v uint64) { binary.LittleEndian.PutUint64(w.b[at:], v) }
