package page

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
)

// FuzzParseSegment frames any body with a good checksum, so that what reads
// bodies is reached. Whatever is read must be written and read again alike.
func FuzzParseSegment(f *testing.F) {
	item := note("a", 5)
	item.Name, item.Group, item.Metadata, item.Embedding = "Ana", "g", []Pair{{"k", "v"}}, []float32{1}
	fresh := stored(3, put(item), tombstone("b"), Entry{Kind: Clear})
	merged := merge(f, 9, MergeOptions{}, fresh, stored(4, put(note("c", 1))))
	for _, b := range [][]byte{fresh.Data, merged.Data} {
		f.Add(b[4], b[segmentHeader:])
	}
	f.Fuzz(func(t *testing.T, flags byte, body []byte) {
		b := framed(flags, body)
		_, _ = ReadHead(b)
		s, err := ParseSegment(b)
		p, foldErr := Fold(Page{}, []Stored{{Name: "x", Seq: 7, Data: b}}, 1<<63, 0)
		if err != nil {
			return
		}
		if foldErr != nil {
			t.Fatalf("ParseSegment takes what Fold refuses: %v", foldErr)
		}
		if _, err := Open(p.Bytes()); err != nil {
			t.Fatalf("Open refuses what Fold built: %v", err)
		}
		for i := range p.Len() {
			p.Item(i)
		}
		if _, err := ParseSegment(AppendSegment(nil, s)); err != nil {
			t.Fatalf("what was parsed is written so that it cannot be: %v", err)
		}
		if _, err := MergeParts([]Stored{{Name: "x", Seq: 7, Data: b}}, MergeOptions{All: true, Now: 1}, math.MaxInt); err != nil {
			t.Fatalf("ParseSegment takes what MergeParts refuses: %v", err)
		}
	})
}

// FuzzParseSegmentRaw gives the parser bytes as they are.
func FuzzParseSegmentRaw(f *testing.F) {
	f.Add(stored(3, put(note("a", 5))).Data)
	f.Fuzz(func(_ *testing.T, b []byte) {
		_, _ = ParseSegment(b)
		_, _, _ = FindAbsorbed(b, "")
	})
}

// FuzzOpen gives Open bytes as they are, and again with magic, length and
// checksum set right, so that the rest of the header is judged too.
func FuzzOpen(f *testing.F) {
	p, err := Fold(Page{}, inSegments(turns(3, 20), 2), 2, 0)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(p.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = Open(b)
		if len(b) < headerSize {
			return
		}
		b = bytes.Clone(b)
		copy(b, pageMagic)
		b[3] = pageVersion
		binary.LittleEndian.PutUint32(b[atLength:], uint32(len(b)))
		binary.LittleEndian.PutUint32(b[atChecksum:], checksum(b[atLength:]))
		if p, err := Open(b); err == nil && p.Len() > len(b)/p.shape().size() {
			t.Fatalf("a page of %d bytes claims %d items", len(b), p.Len())
		}
	})
}
