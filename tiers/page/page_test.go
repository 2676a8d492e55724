package page

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sorted is items in the order of a page, when all are of one segment in this order.
func sorted(items []Item) []Item {
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(a.Time, b.Time) })
	return items
}

func TestPageRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfNDistinct(anyItem(), 0, 12, func(it Item) string { return it.ID }).Draw(t, "items")
		var entries []Entry
		for _, it := range items {
			entries = append(entries, put(it))
		}
		now := int64(-1 << 63) // nothing has expired
		seq := rapid.Uint64Min(1).Draw(t, "seq")
		p, err := Fold(Page{}, []Stored{stored(seq, entries...)}, seq, now)
		if err != nil {
			t.Fatal(err)
		}
		p, err = Open(p.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if p.Seq() != seq || p.LastSegment() != seq || p.Segments() != 1 || p.FoldedAt() != now || p.Len() != len(items) {
			t.Fatalf("header: %d %d %d %d %d", p.Seq(), p.LastSegment(), p.Segments(), p.FoldedAt(), p.Len())
		}
		if got, want := allItems(p), sorted(items); len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("read\n%+v\nwrote\n%+v", got, want)
		}
		checkAccess(t, p)
	})
}

// TestCarryingOver: what a fold carries over from its base, item by item as
// bytes or anew, is what a fold from nothing writes.
func TestCarryingOver(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfNDistinct(anyItem(), 0, 12, func(it Item) string { return it.ID }).Draw(t, "items")
		cut := rapid.IntRange(0, len(items)).Draw(t, "cut")
		var entries []Entry
		for _, it := range items {
			entries = append(entries, put(it))
		}
		now := int64(-1 << 63) // nothing has expired
		one, two := stored(5, entries[:cut]...), stored(6, entries[cut:]...)
		base := fold(t, Page{}, 5, now, one)
		warm, cold := fold(t, base, 6, now, two), fold(t, Page{}, 6, now, one, two)
		if !samePage(warm, cold) {
			t.Fatal("a page in two steps is not the page in one")
		}
		checkAccess(t, warm)
	})
}

// samePage tells whether two pages say the same. Their bytes may differ: a page
// folded forward keeps its numbers of strings and its blocks of terms.
func samePage(a, b Page) bool {
	if !bytes.Equal(a.Bytes()[atSeq:atSections], b.Bytes()[atSeq:atSections]) || !reflect.DeepEqual(allItems(a), allItems(b)) {
		return false
	}
	for i := range a.Len() {
		if a.Origin(i) != b.Origin(i) {
			return false
		}
	}
	return true
}

// checkAccess compares every way of reading an item with Item itself.
func checkAccess(t *rapid.T, p Page) {
	postings := map[uint32][]posting{}
	rows := make([]Row, p.Len())
	p.Rows(rows, 0)
	for i, r := range rows {
		if r != p.Row(i) {
			t.Fatalf("row %d is %+v; among all %+v", i, p.Row(i), r)
		}
	}
	for i, it := range allItems(p) {
		checkItem(t, p, i, it)
		for _, term := range it.Terms {
			postings[term.Hash] = append(postings[term.Hash], posting{term.Hash, uint32(i), term.D, term.Q})
		}
	}
	for hash, want := range postings {
		checkPostings(t, p.Postings(hash), hash, want)
		if _, ok := postings[hash+1]; !ok {
			checkPostings(t, p.Postings(hash+1), hash+1, nil)
		}
	}
	checkLookup(t, p, postings)
	if _, ok := p.Find("no such id, ever"); ok {
		t.Fatal("found an id that is not there")
	}
}

func checkItem(t *rapid.T, p Page, i int, it Item) {
	if k, ok := p.Find(it.ID); !ok || k != i {
		t.Fatalf("Find(%q) = %d, %v; want %d", it.ID, k, ok, i)
	}
	if id, name, text := p.Shown([]byte("after "), i); string(id) != "after "+it.ID || name != it.Name || text != it.Text {
		t.Fatalf("item %d is shown as %q, %q, %q", i, id, name, text)
	}
	r := p.Row(i)
	if p.GroupName(i) != it.Group || (r.Group == 0) != (it.Group == "") || int(r.Group) > p.Groups() {
		t.Fatalf("group %q, number %d; want %q", p.GroupName(i), r.Group, it.Group)
	}
	if name := p.SpeakerName(r.Speaker); it.Name != "" && name != it.Name || int(r.Speaker) >= p.Speakers() {
		t.Fatalf("speaker %d is %q; want %q", r.Speaker, name, it.Name)
	} else if it.Name == "" && name != it.Role.word() {
		t.Fatalf("speaker %d is %q; want the role %d", r.Speaker, name, it.Role)
	}
	for _, m := range it.Metadata {
		if !p.MetadataHas(i, m.Key, m.Value) || p.MetadataHas(i, m.Key, m.Value+"x") {
			t.Fatalf("metadata %v is not as stored", m)
		}
	}
	if got := p.AppendEmbedding([]float32{1}, i)[1:]; !slices.Equal(got, it.Embedding) || len(p.Vector(i)) != 4*len(got) {
		t.Fatalf("embedding %v; want %v", got, it.Embedding)
	}
	if p.Time(i) != it.Time || r.Revision != p.Origin(i).Seq {
		t.Fatalf("time %d, revision %d; want %d, %d", p.Time(i), r.Revision, it.Time, p.Origin(i).Seq)
	}
}

// checkLookup looks up some of the terms, and some that no item has, in order.
func checkLookup(t *rapid.T, p Page, postings map[uint32][]posting) {
	asked := map[uint32]bool{0: true, 1<<32 - 1: true}
	for hash := range postings {
		asked[hash], asked[hash+1], asked[hash-1] = true, true, true
	}
	hashes := slices.Sorted(maps.Keys(asked))
	every := rapid.IntRange(1, 40).Draw(t, "every")
	lookup := p.Lookup()
	for n, hash := range hashes {
		if n%every == 0 {
			checkPostings(t, lookup.Postings(hash), hash, postings[hash])
			checkPostings(t, lookup.Postings(hash), hash, postings[hash]) // the same again
		}
	}
}

func checkPostings(t *rapid.T, ps Postings, hash uint32, want []posting) {
	if ps.Len() != len(want) {
		t.Fatalf("term %d is in %d items; want %d", hash, ps.Len(), len(want))
	}
	uses := ps.Append([]Use{{Item: -1}})
	if len(uses) != len(want)+1 || uses[0].Item != -1 {
		t.Fatalf("term %d: %d uses of %d items, after %v", hash, len(uses)-1, len(want), uses[0])
	}
	for n, w := range want {
		if u := (Use{Item: int32(w.item), D: w.d, Q: w.q}); uses[n+1] != u {
			t.Fatalf("term %d: got use %+v; want %+v", hash, uses[n+1], u)
		}
		if i, d, q, ok := ps.Next(); !ok || uint32(i) != w.item || d != w.d || q != w.q {
			t.Fatalf("term %d: got item %d %d %d %v; want %+v", hash, i, d, q, ok, w)
		}
	}
	if _, _, _, ok := ps.Next(); ok {
		t.Fatalf("term %d has too many postings", hash)
	}
}

func TestZeroPage(t *testing.T) {
	t.Parallel()
	var p Page
	ps, lookup := p.Postings(3), p.Lookup()
	if found := lookup.Postings(3); found.Len() != 0 {
		t.Error("found a term in the zero page")
	}
	if _, _, _, ok := ps.Next(); ok || p.Len() != 0 || p.Seq() != 0 || p.LastSegment() != 0 || p.Segments() != 0 ||
		p.FoldedAt() != 0 || p.NextExpiry() != 0 || p.Groups() != 0 || p.Speakers() != FirstNamed || ps.Len() != 0 {
		t.Error("the zero page is not empty")
	}
	if _, ok := p.Find(""); ok {
		t.Error("found something in the zero page")
	}
	if p.Bytes() != nil || len(p.Items(nil)) != 0 {
		t.Error("the zero page has bytes or items")
	}
}

func TestEmptyPage(t *testing.T) {
	t.Parallel()
	p := fold(t, Page{}, 12, 34)
	p, err := Open(p.Bytes())
	if err != nil || p.Len() != 0 || p.Seq() != 12 || p.FoldedAt() != 34 || p.Postings(1).Len() != 0 {
		t.Errorf("empty page: %v, %d items, up to %d", err, p.Len(), p.Seq())
	}
	p = fold(t, p, 13, 35, stored(13, put(note("a", 1))))
	if idsOf(p) != "a" {
		t.Errorf("items are %q", idsOf(p))
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	whole := fold(t, Page{}, 4, 0, inSegments(turns(4, 30), 2)...).Bytes()
	for i := range whole {
		if _, err := Open(whole[:i]); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
		b := bytes.Clone(whole)
		b[i] ^= 0x10
		if _, err := Open(b); !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrVersion) {
			t.Fatalf("with byte %d changed: %v", i, err)
		}
	}
	newer := bytes.Clone(whole)
	newer[3]++
	if _, err := Open(newer); !errors.Is(err, ErrVersion) {
		t.Errorf("a newer version gives %v", err)
	}
	unordered := bytes.Clone(whole)
	unordered[atSections+2] = 1 // the first section 64 KiB on
	(&header{}).stamp(unordered)
	if _, err := Open(unordered); !errors.Is(err, ErrCorrupt) {
		t.Errorf("sections out of order give %v", err)
	}
}

func TestManyItems(t *testing.T) {
	t.Parallel()
	items := turns(10_000, 60)
	p := fold(t, Page{}, 9, 0, inSegments(items, 9)...)
	if got := allItems(p); !reflect.DeepEqual(got, items) {
		t.Fatal("10,000 items are not read back as they were written")
	}
	for i := range items {
		if k, ok := p.Find(items[i].ID); !ok || k != i {
			t.Fatalf("Find(%q) = %d, %v; want %d", items[i].ID, k, ok, i)
		}
	}
}

// TestPastNarrowNumbers has more items, speakers, languages, tokens and time
// than the narrow fields hold, in a cold fold and carried over by another.
func TestPastNarrowNumbers(t *testing.T) {
	t.Parallel()
	const n = 66_000
	items := make([]Item, n)
	for i := range items {
		items[i] = Item{ID: fmt.Sprint(i), Text: "x", Name: fmt.Sprint("speaker ", i), Time: int64(i) + 10, Importance: -1}
		if i < 300 {
			items[i].Language = fmt.Sprint("l", i)
		}
	}
	items[n-1].Time = 1 << 50
	items[n-1].LineTokens, items[n-1].WordsD = 1<<20, 1<<15
	cold := fold(t, Page{}, 3, 0, inSegments(items, 3)...)
	early := []Entry{
		put(Item{ID: "early", Text: "x", Name: "first of all", Language: "xx", Time: 1, Importance: -1}),
		put(Item{ID: "also early", Text: "x", Name: "second of all", Time: 1, Importance: -1}),
	}
	for name, p := range map[string]Page{
		"cold":    cold,
		"carried": fold(t, cold, 4, 0, stored(4, early...)),
	} {
		off := p.Len() - n
		for _, i := range []int{0, 254, 255, 256, 299, 65_529, 65_530, 65_531, n - 2, n - 1} {
			got := p.Item(i + off)
			if !reflect.DeepEqual(got, items[i]) {
				t.Errorf("%s: item %d is %+v", name, i, got)
			}
			if k, ok := p.Find(items[i].ID); !ok || k != i+off {
				t.Errorf("%s: item %d is found at %d, %v", name, i, k, ok)
			}
		}
		if r := p.Row(n - 1 + off); r.Speaker != OtherSpeaker || p.SpeakerName(r.Speaker) != "" || p.Speakers() != OtherSpeaker {
			t.Errorf("%s: the last speaker is %d, %q", name, r.Speaker, p.SpeakerName(r.Speaker))
		}
	}
}

func TestFarSequences(t *testing.T) {
	t.Parallel()
	far := uint64(1) << 60
	p := fold(t, Page{}, far, 0, stored(5, put(note("a", 1))), stored(far, put(note("b", 2))))
	if p.Row(0).Revision != 5 || p.Row(1).Revision != far {
		t.Errorf("revisions are %d and %d", p.Row(0).Revision, p.Row(1).Revision)
	}
	p = fold(t, p, far+1, 0, stored(far+1, Entry{Kind: Tombstone, ID: "a"}, put(note("c", 3))))
	if idsOf(p) != "b c" || p.Row(0).Revision != far || p.Row(1).Revision != far+1 {
		t.Errorf("items %q, revisions %d and %d", idsOf(p), p.Row(0).Revision, p.Row(1).Revision)
	}
}

// TestSequencesFitRows: sequences count from the lowest, wherever that item stands.
func TestSequencesFitRows(t *testing.T) {
	t.Parallel()
	const far = 1<<31 + 5
	p := fold(t, Page{}, far, 0, stored(far, put(note("first", 1))), stored(5, put(note("second", 2))))
	for i := range p.Len() {
		if p.voiceOf(i).has()&recordWide != 0 {
			t.Errorf("the sequence %d of item %d is not in its row", p.Row(i).Revision, i)
		}
	}
}

func TestItemSharesNothing(t *testing.T) {
	t.Parallel()
	it := note("a", 1)
	it.Metadata = []Pair{{"key", "value"}}
	it.Name, it.Group, it.Language = "Ana", "call", "en"
	p := fold(t, Page{}, 1, 0, stored(1, put(it)))
	got := p.Item(0)
	clear(p.Bytes())
	if !reflect.DeepEqual(got, it) {
		t.Errorf("the item changed with its page: %+v", got)
	}
}

func TestItemsRepeated(t *testing.T) {
	t.Parallel()
	items := turns(5, 40)
	p := fold(t, Page{}, 1, 0, inSegments(items, 1)...)
	got := p.Items([]int{3, 0, 3})
	if !reflect.DeepEqual(got, []Item{items[3], items[0], items[3]}) {
		t.Errorf("items are %+v", got)
	}
}

func TestReadingDoesNotAllocate(t *testing.T) {
	items := turns(50, 90)
	items[7].Metadata = []Pair{{"k", "v"}}
	items[7].Group, items[7].Embedding, items[7].Expires = "g", []float32{1, 2}, 1e15
	page := fold(t, Page{}, 2, 0, inSegments(items, 2)...)
	hash := items[0].Terms[0].Hash
	dst, id, uses := make([]float32, 0, 2), make([]byte, 0, 64), make([]Use, 0, 50)
	for name, f := range map[string]func(p Page){
		"Open":     func(p Page) { _, _ = Open(p.Bytes()) },
		"Row":      func(p Page) { _ = p.Row(7) },
		"Time":     func(p Page) { _ = p.Time(7) },
		"Origin":   func(p Page) { _ = p.Origin(7) },
		"AppendID": func(p Page) { _ = p.AppendID(id, 7) },
		"Text":     func(p Page) { _ = p.Text(7) },
		"Name":     func(p Page) { _ = p.Name(7) },
		"Group":    func(p Page) { _ = p.GroupName(7) },
		"Language": func(p Page) { _ = p.Language(7) },
		"Find":     func(p Page) { _, _ = p.Find(items[7].ID) },
		"Metadata": func(p Page) { _ = p.MetadataHas(7, "k", "v") },
		"Vector":   func(p Page) { _ = p.Vector(7) },
		"Append":   func(p Page) { _ = p.AppendEmbedding(dst, 7) },
		"Speaker":  func(p Page) { _ = p.SpeakerName(6) },
		"Lookup": func(p Page) {
			lookup := p.Lookup()
			_ = lookup.Postings(hash)
		},
		"Postings": func(p Page) {
			ps := p.Postings(hash)
			for ok := true; ok; {
				_, _, _, ok = ps.Next()
			}
		},
		"Uses": func(p Page) {
			ps := p.Postings(hash)
			uses = ps.Append(uses[:0])
		},
	} {
		if n := testing.AllocsPerRun(20, func() { f(page) }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}
