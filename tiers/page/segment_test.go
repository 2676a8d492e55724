package page

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func anyEntry() *rapid.Generator[Entry] {
	return rapid.Custom(func(t *rapid.T) Entry {
		e := Entry{Kind: Kind(rapid.IntRange(1, 3).Draw(t, "kind")), At: rapid.Int64Range(1, 1e13).Draw(t, "at")}
		if rapid.Bool().Draw(t, "explicit") {
			e.Origin = Origin{Seq: rapid.Uint64Min(1).Draw(t, "seq"), Place: rapid.Uint32().Draw(t, "place")}
		}
		switch e.Kind {
		case Put:
			e.Item = anyItem().Draw(t, "item")
		case Tombstone:
			e.ID = rapid.String().Draw(t, "id")
		}
		return e
	})
}

func TestSegmentRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := Segment{
			At:      rapid.Int64Range(1, 1e13).Draw(t, "at"),
			Entries: slicesOrNil(rapid.SliceOfN(anyEntry(), 0, 6).Draw(t, "entries")),
		}
		if rapid.Bool().Draw(t, "merged") {
			s.Sources = rapid.SliceOfN(rapid.Uint64(), 1, 9).Draw(t, "sources")
			s.Absorbed = []Absorbed{{Name: "a", Seq: 9, At: 3}, {Name: "", Seq: 1, At: -3}}
		}
		prefix := rapid.SliceOf(rapid.Byte()).Draw(t, "prefix")
		b := AppendSegment(bytes.Clone(prefix), s)
		if !bytes.HasPrefix(b, prefix) {
			t.Fatal("what was in dst is gone")
		}
		for i := range s.Entries {
			if e := &s.Entries[i]; e.Origin.Seq == 0 {
				e.Origin.Place = uint32(i)
			}
		}
		got, err := ParseSegment(b[len(prefix):])
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, s) {
			t.Fatalf("read\n%+v\nwrote\n%+v", got, s)
		}
	})
}

func TestSegmentFillsInTimes(t *testing.T) {
	t.Parallel()
	s, err := ParseSegment(AppendSegment(nil, Segment{Entries: []Entry{{Kind: Clear, At: 5}, {Kind: Clear, At: 9}}}))
	if err != nil || s.At != 9 {
		t.Errorf("time of the segment is %d, %v: want its newest entry's", s.At, err)
	}
	s, err = ParseSegment(AppendSegment(nil, Segment{At: 7, Entries: []Entry{{Kind: Clear}}}))
	if err != nil || s.Entries[0].At != 7 {
		t.Errorf("time of the entry is %d, %v: want the segment's", s.Entries[0].At, err)
	}
}

func TestSegmentSharesNothing(t *testing.T) {
	t.Parallel()
	b := stored(1, put(note("abc", 1))).Data
	s, err := ParseSegment(b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if s.Entries[0].Item.ID != "abc" || s.Entries[0].Item.Text != "text of abc" {
		t.Error("the parsed segment changed with its bytes")
	}
}

func TestSegmentHead(t *testing.T) {
	t.Parallel()
	m := merge(t, 9, MergeOptions{}, stored(3, put(note("a", 1))), stored(5, put(note("b", 1))))
	h, err := ReadHead(m.Data)
	want := Head{At: 5, Sources: []uint64{3, 5}, Entries: 2,
		Absorbed: []Absorbed{{Name: "req-3", Seq: 3, At: 3}, {Name: "req-5", Seq: 5, At: 5}}}
	if err != nil || !reflect.DeepEqual(h, want) {
		t.Errorf("head is %+v, %v; want %+v", h, err, want)
	}
	if a, ok, err := FindAbsorbed(m.Data, "req-5"); err != nil || !ok || a.Seq != 5 {
		t.Errorf("req-5: %+v, %v, %v", a, ok, err)
	}
	if _, ok, err := FindAbsorbed(m.Data, "req-4"); err != nil || ok {
		t.Errorf("req-4 is said to be absorbed, %v", err)
	}
	if _, _, err := FindAbsorbed(m.Data[1:], "req-4"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("damaged segment: %v", err)
	}
}

func TestSegmentSealed(t *testing.T) {
	t.Parallel()
	b, err := AppendSealed([]byte("x"), "key-1", []byte("nonce"), []byte("cipher"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = ParseSegment(b[1:])
	var s *SealedError
	if !errors.Is(err, ErrSealed) || !errors.As(err, &s) {
		t.Fatalf("a sealed segment gives %v", err)
	}
	if s.KeyID != "key-1" || string(s.Nonce) != "nonce" || string(s.Body) != "cipher" {
		t.Errorf("sealed parts are %+v", s)
	}
	if _, err := AppendSealed(nil, string(make([]byte, 256)), nil, nil); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a key id of 256 bytes gives %v", err)
	}
	if _, err := Fold(Page{}, []Stored{{Seq: 4, Data: b[1:]}}, 4, 0); !errors.Is(err, ErrSealed) {
		t.Errorf("folding a sealed segment gives %v", err)
	}
}

func TestSegmentDamage(t *testing.T) {
	t.Parallel()
	whole := merge(t, 9, MergeOptions{}, stored(3, put(note("a", 1)))).Data
	for i := range whole {
		if _, err := ParseSegment(whole[:i]); err == nil {
			t.Fatalf("cut to %d bytes it is read", i)
		}
		for bit := range 8 {
			b := bytes.Clone(whole)
			b[i] ^= 1 << bit
			_, err := ParseSegment(b)
			if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrVersion) {
				t.Fatalf("with bit %d of byte %d flipped: %v", bit, i, err)
			}
		}
	}
	if _, err := ParseSegment(append(bytes.Clone(whole), 0)); !errors.Is(err, ErrCorrupt) {
		t.Errorf("with a byte more: %v", err)
	}
	newer := bytes.Clone(whole)
	newer[3]++
	if _, err := ParseSegment(newer); !errors.Is(err, ErrVersion) {
		t.Errorf("a newer version gives %v", err)
	}
}

// framed puts a body into a frame with a good checksum.
func framed(flags byte, body []byte) []byte {
	return closeFrame(append(appendFrame(nil, flags), body...), 0)
}

func TestSegmentRefusesBadBodies(t *testing.T) {
	t.Parallel()
	for name, b := range map[string][]byte{
		"empty":                framed(0, nil),
		"merged, no sources":   framed(flagMerged, []byte{0, 0, 0, 0, 0}),
		"more entries claimed": framed(0, []byte{0, 0, 9, 3}),
		"huge count":           framed(0, []byte{0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f}),
		"kind 0":               framed(0, []byte{0, 0, 1, 0}),
		"unknown entry flag":   framed(0, []byte{0, 0, 1, 0x13}),
		"left over":            framed(0, []byte{0, 0, 1, 3, 3}),
		"empty item":           framed(0, []byte{0, 0, 1, 1, 0, 0}),
		"sealed, cut":          framed(flagSealed, []byte{9}),
	} {
		if _, err := ParseSegment(b); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseSegment(framed(0x80, nil)); !errors.Is(err, ErrVersion) {
		t.Errorf("unknown flag: %v", err)
	}
}

// What brings an item is told from what only removes some, wherever the item is.
func TestBringsTellsWhatHasAnItem(t *testing.T) {
	t.Parallel()
	put, bury, all := Entry{Kind: Put, Item: Item{ID: "a", Text: "b"}}, Entry{Kind: Tombstone, ID: "a"}, Entry{Kind: Clear}
	for name, c := range map[string]struct {
		entries []Entry
		want    bool
	}{
		"nothing":       {nil, false},
		"burials":       {[]Entry{bury, all}, false},
		"an item":       {[]Entry{put}, true},
		"an item later": {[]Entry{all, bury, put}, true},
	} {
		data := AppendSegment(nil, Segment{At: 1, Entries: c.entries})
		if got := Brings(data); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		if !Brings(data[:len(data)-1]) {
			t.Errorf("%s, cut short, is said to bring nothing", name)
		}
	}
}
