package page

import (
	"bytes"
	"errors"
	"math"
	"testing"
)

func tombstone(id string) Entry { return Entry{Kind: Tombstone, ID: id} }

// until is an item that expires.
func until(id string, expires int64) Item {
	it := note(id, 1)
	it.Expires = expires
	return it
}

func TestFoldOrder(t *testing.T) {
	t.Parallel()
	p := fold(t, Page{}, 2, 0,
		stored(2, put(note("late", 9)), put(note("same-2", 5))),
		stored(1, put(note("same-1", 5)), put(note("same-1b", 5)), put(note("early", -4))))
	if got := idsOf(p); got != "early same-1 same-1b same-2 late" {
		t.Errorf("items are in order %q", got)
	}
}

func TestFoldWithinASegment(t *testing.T) {
	t.Parallel()
	p := fold(t, Page{}, 1, 0, stored(1, put(note("a", 1)), put(note("b", 1)), Entry{Kind: Clear}, put(note("b", 2)),
		put(note("c", 3)), tombstone("c"), tombstone("d"), put(note("d", 4))))
	if got := idsOf(p); got != "b d" {
		t.Errorf("items are %q, want those put after the clear and not deleted after that", got)
	}
}

func TestFoldExpiredVersionBuriesOlder(t *testing.T) {
	t.Parallel()
	base := fold(t, Page{}, 1, 0, stored(1, put(note("a", 1))))
	for name, p := range map[string]Page{
		"in one fold": fold(t, Page{}, 2, 100, stored(1, put(note("a", 1))), stored(2, put(until("a", 50)))),
		"in a delta":  fold(t, base, 2, 100, stored(2, put(until("a", 50)))),
	} {
		if p.Len() != 0 {
			t.Errorf("%s: the older version of an expired item is back", name)
		}
	}
}

func TestFoldExpiry(t *testing.T) {
	t.Parallel()
	p := fold(t, Page{}, 1, 10, stored(1, put(until("a", 50)), put(until("b", 60)), put(note("c", 1))))
	if idsOf(p) != "a b c" || p.NextExpiry() != 50 {
		t.Fatalf("items %q, next expiry %d", idsOf(p), p.NextExpiry())
	}
	if q := fold(t, p, 9, 49); idsOf(q) != "a b c" || q.Seq() != 9 || q.FoldedAt() != 49 {
		t.Errorf("a ms before: %q up to %d at %d", idsOf(q), q.Seq(), q.FoldedAt())
	}
	q := fold(t, p, 9, 50)
	if idsOf(q) != "b c" || q.NextExpiry() != 60 {
		t.Errorf("at its expiry: %q, next expiry %d", idsOf(q), q.NextExpiry())
	}
	if q = fold(t, q, 9, 60); idsOf(q) != "c" || q.NextExpiry() != 0 {
		t.Errorf("when all expired: %q, next expiry %d", idsOf(q), q.NextExpiry())
	}
}

// TestFoldTakesWhatIsNew: of a merged segment only entries past the base
// count, so one that a tombstone buried long ago stays buried.
func TestFoldTakesWhatIsNew(t *testing.T) {
	t.Parallel()
	s1, s2, s3 := stored(1, put(note("a", 1))), stored(2, tombstone("a")), stored(3, put(note("b", 1)))
	base := fold(t, Page{}, 2, 0, s1, s2)
	if p := fold(t, base, 9, 0, merge(t, 9, MergeOptions{}, s1, s3)); idsOf(p) != "b" {
		t.Errorf("items are %q", idsOf(p))
	}
}

func TestFoldLeavesWhatIsPastUpTo(t *testing.T) {
	t.Parallel()
	segs := []Stored{stored(1, put(note("a", 1))), stored(5, put(note("b", 1)))}
	p := fold(t, Page{}, 4, 0, segs...)
	if idsOf(p) != "a" || p.Seq() != 4 || p.LastSegment() != 1 || p.Segments() != 1 {
		t.Errorf("items %q up to %d, last segment %d of %d", idsOf(p), p.Seq(), p.LastSegment(), p.Segments())
	}
	if p = fold(t, p, 5, 0, segs...); idsOf(p) != "a b" || p.LastSegment() != 5 {
		t.Errorf("then items %q", idsOf(p))
	}
	if p = fold(t, p, 3, 0); p.Seq() != 5 {
		t.Errorf("the sequence went back to %d", p.Seq())
	}
}

func TestFoldDoesNotChangeItsInput(t *testing.T) {
	t.Parallel()
	segs := inSegments(turns(20, 40), 2)
	base := fold(t, Page{}, 1, 0, segs[0])
	before, data := bytes.Clone(base.Bytes()), bytes.Clone(segs[1].Data)
	p := fold(t, base, 2, 0, segs[1])
	q := fold(t, base, 3, 5)
	if !bytes.Equal(before, base.Bytes()) || !bytes.Equal(data, segs[1].Data) {
		t.Error("base or segment changed")
	}
	after := p.Item(19)
	clear(base.Bytes())
	clear(segs[1].Data)
	if got := p.Item(19); got.ID != after.ID || q.ID(0) == "" {
		t.Error("the page shares bytes with its base or its segments")
	}
}

func TestFoldCountsSegments(t *testing.T) {
	t.Parallel()
	s1, s2, s3 := stored(1, put(note("a", 1))), stored(2, put(note("b", 1))), stored(3, put(note("c", 1)))
	base := fold(t, Page{}, 2, 0, s1, s2)
	m5 := merge(t, 5, MergeOptions{}, s1, s2, s3)
	m6 := merge(t, 6, MergeOptions{}, s1, s2)
	for _, c := range []struct {
		name string
		page Page
		want int
	}{
		{"two", base, 2},
		{"one more", fold(t, base, 3, 0, s3), 3},
		{"one more, twice", fold(t, base, 3, 0, s3, s3), 3},
		{"merged, one source never seen", fold(t, base, 5, 0, m5), 1},
		{"merged, one source still there", fold(t, base, 5, 0, m5, s3), 2},
		{"merged twice", fold(t, base, 6, 0, m5, m6), 2},
		{"nothing new", fold(t, base, 7, 0), 2},
		{"cold, sources still there", fold(t, Page{}, 6, 0, s1, s2, s3, m5), 4},
	} {
		if got := c.page.Segments(); got != c.want {
			t.Errorf("%s: %d segments, want %d", c.name, got, c.want)
		}
	}
	if p := fold(t, base, 9, 0, m5, s3); p.LastSegment() != 5 {
		t.Errorf("last segment is %d, want the merged one's 5", p.LastSegment())
	}
}

func TestFoldReportsBadSegments(t *testing.T) {
	t.Parallel()
	good, bad := stored(3, put(note("a", 1))), stored(4, put(note("b", 1)))
	bad.Data[20] ^= 1
	badItem := Stored{Seq: 5, Data: framed(0, []byte{0, 0, 1, 1, 1, 'x', 1, 0})}
	for _, s := range []Stored{bad, badItem} {
		_, err := Fold(Page{}, []Stored{good, s}, 9, 0)
		var where *SegmentError
		if !errors.As(err, &where) || where.Seq != s.Seq || !errors.Is(err, ErrCorrupt) {
			t.Errorf("segment %d: %v", s.Seq, err)
		}
		_, err = MergeParts([]Stored{good, s}, MergeOptions{}, math.MaxInt)
		if !errors.As(err, &where) || where.Seq != s.Seq {
			t.Errorf("merging segment %d: %v", s.Seq, err)
		}
	}
	base := fold(t, Page{}, 4, 0, good)
	if p := fold(t, base, 9, 0, bad); p.Len() != 1 {
		t.Error("a bad segment that the base does not need is in the way")
	}
}
