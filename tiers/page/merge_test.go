package page

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

// describe lists a segment's entries: +id, -id, and ! for a clear, each @sequence.
func describe(t *testing.T, s Stored) string {
	t.Helper()
	seg, err := ParseSegment(s.Data)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range seg.Entries {
		what := map[Kind]string{Put: "+" + e.Item.ID, Tombstone: "-" + e.ID, Clear: "!"}[e.Kind]
		list = append(list, fmt.Sprintf("%s@%d", what, e.Origin.Seq))
	}
	return strings.Join(list, " ")
}

func TestMergeKeeps(t *testing.T) {
	t.Parallel()
	all := MergeOptions{All: true, DropTombstonesBefore: 100, Now: 1000}
	some := MergeOptions{DropTombstonesBefore: 100, Now: 1000}
	for _, c := range []struct {
		name string
		opt  MergeOptions
		want string
		segs []Stored
	}{
		{"in order of origin", some, "+a@1 +b@2", []Stored{stored(2, put(note("b", 1))), stored(1, put(note("a", 9)))}},
		{"not what is superseded", some, "+a@2", []Stored{stored(1, put(note("a", 1))), stored(2, put(note("a", 1)))}},
		{"not what is cleared", some, "!@2 +c@3", []Stored{
			stored(1, put(note("a", 1)), tombstone("b")), stored(2, Entry{Kind: Clear}), stored(3, put(note("c", 1)))}},
		{"the highest clear", some, "!@2", []Stored{stored(2, Entry{Kind: Clear}), stored(1, Entry{Kind: Clear})}},
		{"tombstones, unless all are here", some, "-a@1", []Stored{stored(1, tombstone("a"))}},
		{"clears, unless all are here", some, "!@1", []Stored{stored(1, Entry{Kind: Clear})}},
		{"no old tombstone, if all are here", all, "", []Stored{stored(1, tombstone("a"))}},
		{"no old clear, if all are here", all, "", []Stored{stored(1, Entry{Kind: Clear})}},
		{"young tombstones", all, "-a@100", []Stored{stored(100, tombstone("a"))}},
		{"young clears", all, "!@100", []Stored{stored(100, Entry{Kind: Clear})}},
		{"a tombstone that buries", all, "-a@2", []Stored{stored(1, put(note("a", 1))), stored(2, tombstone("a"))}},
		{"a clear that buries", all, "!@2", []Stored{stored(1, put(note("a", 1))), stored(2, Entry{Kind: Clear})}},
		{"expired as tombstone", some, "-a@1", []Stored{stored(1, put(until("a", 50)))}},
		{"no old expired, if all are here", all, "", []Stored{stored(1, put(until("a", 50)))}},
		{"expired of late", all, "-a@1", []Stored{stored(1, put(until("a", 500)))}},
		{"expired that buries", all, "-a@2", []Stored{stored(1, put(note("a", 1))), stored(2, put(until("a", 50)))}},
		{"not yet expired", all, "+a@1", []Stored{stored(1, put(until("a", 5000)))}},
	} {
		if got := describe(t, merge(t, 999, c.opt, c.segs...)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestMergeTakesTwoToForget: the first merge drops the text and makes the
// tombstone young, one that is late enough drops the tombstone.
func TestMergeTakesTwoToForget(t *testing.T) {
	t.Parallel()
	for _, bury := range []Entry{tombstone("a"), {Kind: Clear}} {
		segs := []Stored{stored(1, put(note("a", 1))), stored(2, bury)}
		one := merge(t, 3, MergeOptions{All: true, DropTombstonesBefore: 100, Now: 200}, segs...)
		want := strings.Replace(describe(t, segs[1]), "@0", "@2", 1)
		for before, want := range map[int64]string{200: want, 201: ""} {
			opt := MergeOptions{All: true, DropTombstonesBefore: before, Now: 300}
			if got := describe(t, merge(t, 4, opt, one)); got != want {
				t.Errorf("dropping before %d: %q, want %q", before, got, want)
			}
			twin := merge(t, 5, MergeOptions{All: true}, segs[1]) // the same entry, as old as it was written
			if got := describe(t, merge(t, 6, opt, one, twin)); got != want {
				t.Errorf("with a twin, dropping before %d: %q, want %q", before, got, want)
			}
			if got := describe(t, merge(t, 6, opt, twin, one)); got != want {
				t.Errorf("after a twin, dropping before %d: %q, want %q", before, got, want)
			}
		}
		blind := merge(t, 3, MergeOptions{All: true, DropTombstonesBefore: 100}, segs...) // without a clock
		if got := describe(t, blind); got != want {
			t.Errorf("without a clock: %q, want %q", got, want)
		}
	}
}

// TestMergeOfUnknownAge: what does not say when it was written is never old.
func TestMergeOfUnknownAge(t *testing.T) {
	t.Parallel()
	s := Stored{Name: "r", Seq: 1, Data: AppendSegment(nil, Segment{Entries: []Entry{tombstone("a")}})}
	m := merge(t, 2, MergeOptions{All: true, DropTombstonesBefore: 9, ForgetAbsorbedBefore: 9}, s)
	if got := describe(t, m); got != "-a@1" {
		t.Errorf("entries %q", got)
	}
	if _, ok, err := FindAbsorbed(m.Data, "r"); !ok || err != nil {
		t.Errorf("its name is forgotten, %v", err)
	}
}

func TestMergeRemembersAbsorbed(t *testing.T) {
	t.Parallel()
	s1, s2, s3 := stored(10, put(note("a", 1))), stored(20, put(note("a", 1))), stored(30, put(note("c", 1)))
	m1 := merge(t, 40, MergeOptions{}, s2, s1)
	m2 := merge(t, 50, MergeOptions{ForgetAbsorbedBefore: 20}, s3, m1, s2)
	h, err := ReadHead(m2.Data)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(h.Absorbed), "[{req-20 20 20} {req-30 30 30}]"; got != want {
		t.Errorf("absorbed %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(h.Sources), "[20 30 40]"; got != want {
		t.Errorf("sources %s, want %s", got, want)
	}
}

func TestMergeAgain(t *testing.T) {
	t.Parallel()
	opt := MergeOptions{All: true, Now: 9}
	segs := append(inSegments(turns(30, 60), 3), stored(4, tombstone("x"), Entry{Kind: Clear}), stored(5, put(until("e", 3))))
	m := merge(t, 6, opt, segs...)
	alone, both := merge(t, 7, opt, m), merge(t, 7, opt, append(segs, m)...)
	if !bytes.Equal(entriesOf(t, alone), entriesOf(t, m)) || !bytes.Equal(entriesOf(t, both), entriesOf(t, m)) {
		t.Error("merging a merged segment again changes its entries")
	}
}

// entriesOf encodes a segment's entries and absorbed names alone.
func entriesOf(t *testing.T, s Stored) []byte {
	t.Helper()
	seg, err := ParseSegment(s.Data)
	if err != nil {
		t.Fatal(err)
	}
	seg.Sources = []uint64{1}
	return AppendSegment(nil, seg)
}

func TestMergeOfNothing(t *testing.T) {
	t.Parallel()
	if _, err := MergeParts(nil, MergeOptions{}, math.MaxInt); !errors.Is(err, ErrNothing) {
		t.Errorf("merging nothing gives %v", err)
	}
}

// TestPageOlderThanDeletesAndMerges: an old page learns of deletes, of a clear
// and of new versions from merged segments alone.
func TestPageOlderThanDeletesAndMerges(t *testing.T) {
	t.Parallel()
	s := []Stored{
		stored(1, put(note("a", 1)), put(note("b", 2)), put(note("c", 3)), put(note("d", 4))),
		stored(3, tombstone("a")),
		stored(5, put(note("b", 9))),
		stored(7, put(until("c", 50))),
	}
	base := fold(t, Page{}, 1, 0, s[0])
	opt := MergeOptions{All: true, Now: 60}
	m1 := merge(t, 9, opt, s...)
	if p := fold(t, base, 9, 60, m1); idsOf(p) != "d b" || p.Row(1).Revision != 5 || p.Segments() != 1 {
		t.Errorf("after a merge: %q, %d segments", idsOf(p), p.Segments())
	}
	m2 := merge(t, 12, opt, m1, stored(10, Entry{Kind: Clear}), stored(11, put(note("e", 1))))
	if p := fold(t, base, 12, 60, m2); idsOf(p) != "e" {
		t.Errorf("after a clear and a merge of merges: %q", idsOf(p))
	}
}
