package page

import (
	"encoding/binary"
	"math"
)

// A plan says what a page is to be made of.
type plan struct {
	base     Page
	fresh    []fresh // new item versions, in order of id
	order    []int32 // items in order: an index in base, or ^an index in fresh
	renumber []int32 // by index in base: the index in the new page, -1 if gone
	same     bool    // renumber changes nothing
	head     header
}

// A fresh is an item version that was not in the base.
type fresh struct {
	raw *rawEntry
	preview
	index uint32
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
	names     numbering
	groups    numbering
	languages numbering
	keys      numbering
	postings  []posting // of fresh items
	copied    bool      // rows may be copied: base and page have the same time and sequence base
	arena     arena
	item      Item // scratch
}

// build writes the page.
func (pl plan) build() (Page, error) {
	w := &builder{plan: pl}
	w.names.from = pl.base.strings(secNames)
	w.groups.from = pl.base.strings(secGroups)
	w.languages.from = pl.base.strings(secLanguages)
	w.keys.from = pl.base.strings(secKeys)
	w.copied = pl.base.timeBase() == pl.head.timeBase && pl.base.uint64(atSeqBase) == pl.head.seqBase
	w.b = make([]byte, headerSize+rowSize*len(pl.order), pl.sizeGuess())
	if err := w.items(); err != nil {
		return Page{}, err
	}
	w.sections()
	if len(w.b) > math.MaxUint32 || len(w.order) > math.MaxInt32 {
		return Page{}, ErrTooLarge
	}
	w.finish()
	return Page{w.b}, nil
}

// sizeGuess is about what the page will take, so that it seldom grows.
func (pl *plan) sizeGuess() int {
	size := headerSize + len(pl.base.b) + 1024
	for i := range pl.fresh {
		size += len(pl.fresh[i].raw.item) + len(pl.fresh[i].raw.id) + rowSize
	}
	return size
}

// items writes rows and records, and gathers the terms of fresh items.
func (w *builder) items() error {
	terms := 0
	for i := range w.fresh {
		terms += w.fresh[i].terms
	}
	w.postings = make([]posting, 0, terms)
	for i, source := range w.order {
		if source >= 0 {
			w.carry(i, int(source))
			continue
		}
		raw := w.fresh[^source].raw
		w.arena.terms, w.arena.pairs = w.arena.terms[:0], w.arena.pairs[:0]
		if err := raw.decode(&w.item, &w.arena); err != nil {
			return &SegmentError{Seq: raw.seg.seq, Err: err}
		}
		w.add(i, &w.item, raw.origin)
		w.post(uint32(i))
	}
	return nil
}

// post notes the terms of the item at hand.
func (w *builder) post(i uint32) {
	list := w.postings
	for _, t := range w.item.Terms {
		list = append(list, posting{hash: t.Hash, item: i, d: t.D, q: t.Q})
	}
	w.postings = list
}

// sections writes what follows the records.
func (w *builder) sections() {
	w.begin(secIDs)
	w.ids()
	for i, n := range [...]*numbering{&w.names, &w.groups, &w.languages, &w.keys} {
		w.begin(secNames + i)
		w.b = n.appendTable(w.b)
	}
	w.begin(secTerms)
	t := termWriter{b: w.b}
	t.merge(w.base.allTerms(), w.renumber, w.same, sortPostings(w.postings))
	w.b = t.b
	w.begin(secBlocks)
	w.b = append(w.b, t.blocks...)
}

func (w *builder) begin(section int) { w.put32(atSections+4*section, uint32(len(w.b))) }

// ids merges the base's order of ids, less what is gone, with the fresh items.
func (w *builder) ids() {
	rest := w.fresh
	for k := range w.base.Len() {
		i := w.base.byID(k)
		if w.renumber[i] < 0 {
			continue
		}
		if len(rest) > 0 {
			for id := w.base.ID(i); len(rest) > 0 && rest[0].raw.id < id; rest = rest[1:] {
				w.appendItem(rest[0].index)
			}
		}
		w.appendItem(uint32(w.renumber[i]))
	}
	for i := range rest {
		w.appendItem(rest[i].index)
	}
}

// appendItem writes an item number of the ids section.
func (w *builder) appendItem(i uint32) {
	if idWidth(len(w.order)) == 2 {
		w.b = binary.LittleEndian.AppendUint16(w.b, uint16(i))
		return
	}
	w.b = binary.LittleEndian.AppendUint32(w.b, i)
}

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
