package page

import (
	"encoding/binary"
)

// What an item has beyond what every item has, in its first byte.
const (
	hasName = 1 << iota
	hasGroup
	hasLanguage
	hasExpires
	hasImportance
	hasMetadata
	hasEmbedding
	hasAccesses
)

// How an entry begins: its kind in the low two bits, then these.
const (
	entryKind   = 3
	entryOrigin = 1 << 2 // an explicit origin follows
	entryAt     = 1 << 3 // a time of writing of its own follows
)

// A segmentWriter writes a plain body: time of writing, then of a merged
// segment its sources and absorbed names, then the string table, then the
// entries. Names, groups, languages and metadata keys come from few values,
// so they are written once and referred to by number.
type segmentWriter struct {
	b       []byte
	at      int64
	prev    uint64            // sequence of the explicit origin before
	strings map[string]uint32 // number by string
	item    []byte            // scratch: an item is written after its length
}

func (w *segmentWriter) segment(s *Segment) {
	w.at = s.writtenAt()
	w.b = appendVarint(w.b, w.at)
	if len(s.Sources) > 0 {
		w.sources(s.Sources)
		w.absorbed(s.Absorbed)
	}
	w.table(s.Entries)
	w.b = binary.AppendUvarint(w.b, uint64(len(s.Entries)))
	for i := range s.Entries {
		w.entry(&s.Entries[i])
	}
}

// SizeGuess is about how many bytes the segment takes when it is encoded: one of
// 10 MiB must not be copied from one to another twice as large while it grows.
func (s *Segment) SizeGuess() int {
	const fixed = 64 // of an entry, and of a name that has a request's id in it
	size := segmentHeader + fixed*(1+len(s.Absorbed)) + 4*len(s.Sources)
	for i := range s.Entries {
		it := &s.Entries[i].Item
		size += fixed + len(s.Entries[i].ID) + len(it.ID) + len(it.Name) + len(it.Text) + 5*len(it.Terms) + 4*len(it.Embedding)
		for _, pair := range it.Metadata {
			size += len(pair.Key) + len(pair.Value) + 4
		}
	}
	return size
}

// writtenAt is the segment's time of writing.
func (s *Segment) writtenAt() int64 {
	at := s.At
	for i := range s.Entries {
		if s.At == 0 {
			at = max(at, s.Entries[i].At)
		}
	}
	return at
}

func (w *segmentWriter) sources(seqs []uint64) {
	w.b = binary.AppendUvarint(w.b, uint64(len(seqs)))
	var prev uint64
	for _, seq := range seqs {
		w.b = appendVarint(w.b, int64(seq-prev))
		prev = seq
	}
}

func (w *segmentWriter) absorbed(list []Absorbed) {
	w.b = binary.AppendUvarint(w.b, uint64(len(list)))
	var prev Absorbed
	for _, a := range list {
		w.b = appendString(w.b, a.Name)
		w.b = appendVarint(w.b, int64(a.Seq-prev.Seq))
		w.b = appendVarint(w.b, a.At-prev.At)
		prev = a
	}
}

// table numbers the strings of all puts and writes them.
func (w *segmentWriter) table(entries []Entry) {
	w.strings = map[string]uint32{}
	var list []string
	number := func(s string) {
		if _, ok := w.strings[s]; !ok {
			w.strings[s] = uint32(len(list))
			list = append(list, s)
		}
	}
	for i := range entries {
		it := &entries[i].Item
		for _, s := range [...]string{it.Name, it.Group, it.Language} {
			if s != "" {
				number(s)
			}
		}
		for _, m := range it.Metadata {
			number(m.Key)
		}
	}
	w.b = binary.AppendUvarint(w.b, uint64(len(list)))
	for _, s := range list {
		w.b = appendString(w.b, s)
	}
}

func (w *segmentWriter) entry(e *Entry) {
	head := byte(e.Kind) & entryKind
	at := w.at
	if e.Origin.Seq != 0 {
		head |= entryOrigin
	}
	if e.At != 0 && e.At != w.at {
		head |= entryAt
		at = e.At
	}
	w.b = append(w.b, head)
	if head&entryOrigin != 0 {
		w.b = appendVarint(w.b, int64(e.Origin.Seq-w.prev))
		w.b = binary.AppendUvarint(w.b, uint64(e.Origin.Place))
		w.prev = e.Origin.Seq
	}
	if head&entryAt != 0 {
		w.b = appendVarint(w.b, at-w.at)
	}
	switch e.Kind {
	case Put:
		w.item = w.appendItem(w.item[:0], &e.Item, at)
		w.b = appendString(w.b, e.Item.ID)
		w.b = binary.AppendUvarint(w.b, uint64(len(w.item)))
		w.b = append(w.b, w.item...)
	case Tombstone:
		w.b = appendString(w.b, e.ID)
	}
}
