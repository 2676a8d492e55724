package page

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A world is an owner's log in a stream, what happens to it, and a plain
// replay of all that was ever written to compare with.
type world struct {
	clock   int64
	seq     uint64 // last of the stream
	live    map[uint64]Stored
	history []change
	pages   []Page   // of any age, the oldest kept bounds what may be dropped
	late    []merged // merges that were made but not yet written
}

type change struct {
	origin Origin
	entry  Entry
}

// A merged is what a compactor has made and not yet put into the stream.
type merged struct {
	parts   [][]byte
	began   int64 // or when the first merge began that was under way when it began
	sources []uint64
}

func (w *world) stored() []Stored {
	return slices.SortedFunc(maps.Values(w.live), func(a, b Stored) int { return cmp.Compare(a.Seq, b.Seq) })
}

// write appends one request's entries.
func (w *world) write(t *rapid.T) {
	w.seq += uint64(rapid.IntRange(1, 3).Draw(t, "gap"))
	w.clock++
	entries := rapid.SliceOfN(modelEntry(w.clock), 1, 4).Draw(t, "entries")
	s := Segment{At: w.clock, Entries: entries}
	w.live[w.seq] = Stored{Name: fmt.Sprint("r", w.seq), Seq: w.seq, Data: AppendSegment(nil, s)}
	for i, e := range entries {
		w.history = append(w.history, change{Origin{w.seq, uint32(i)}, e})
	}
}

// modelEntry draws from few ids and values, so that changes meet often.
func modelEntry(now int64) *rapid.Generator[Entry] {
	id := rapid.SampledFrom([]string{"a", "b", "c", "d", "e"})
	word := rapid.SampledFrom([]string{"", "x", "y"})
	return rapid.Custom(func(t *rapid.T) Entry {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			return Entry{Kind: Clear}
		case 1, 2:
			return Entry{Kind: Tombstone, ID: id.Draw(t, "id")}
		}
		it := Item{ID: id.Draw(t, "id"), Level: Immediate, Role: User, Name: word.Draw(t, "name"), Text: word.Draw(t, "text"),
			Group: word.Draw(t, "group"), Language: word.Draw(t, "language"), Time: rapid.Int64Range(1, 5).Draw(t, "time"), Importance: -1}
		if rapid.Bool().Draw(t, "expires") {
			it.Expires = now + rapid.Int64Range(-1, 8).Draw(t, "life")
		}
		if rapid.Bool().Draw(t, "terms") {
			it.Terms = []Term{{Hash: uint32(rapid.IntRange(1, 4).Draw(t, "hash")), D: 1}, {Hash: 9, Q: 1}}
		}
		if rapid.IntRange(0, 3).Draw(t, "meta") == 0 {
			it.Metadata = []Pair{{"k", word.Draw(t, "value")}}
		}
		return put(it)
	})
}

// keptSince is since when everything that a page or a merge may still hold was known.
func (w *world) keptSince() int64 {
	since := w.clock
	for _, p := range w.pages {
		since = min(since, p.FoldedAt())
	}
	for _, m := range w.late {
		since = min(since, m.began)
	}
	return since
}

// startMerge merges some or all segments, and keeps the result for later.
func (w *world) startMerge(t *rapid.T) {
	segs := w.stored()
	all := rapid.Bool().Draw(t, "all")
	if !all {
		segs = slices.DeleteFunc(segs, func(Stored) bool { return rapid.Bool().Draw(t, "left out") })
	}
	if len(segs) == 0 {
		t.Skip("nothing to merge")
	}
	opt := MergeOptions{All: all, DropTombstonesBefore: w.keptSince(), Now: w.clock}
	whole := merge(t, 0, opt, segs...)
	slices.Reverse(segs)
	if again := merge(t, 0, opt, append(segs, segs[0])...); !bytes.Equal(whole.Data, again.Data) {
		t.Fatal("merging in another order gives other bytes")
	}
	parts, err := MergeParts(segs, opt, rapid.SampledFrom([]int{1, 150, 300, 1 << 20}).Draw(t, "most"))
	if err != nil {
		t.Fatal(err)
	}
	m := merged{parts: parts, began: w.clock}
	for _, other := range w.late { // its sources may come from while the other removed some
		m.began = min(m.began, other.began)
	}
	for _, s := range segs {
		m.sources = append(m.sources, s.Seq)
	}
	w.late = append(w.late, m)
}

// endMerge writes a merge and removes all, some or none of its sources.
func (w *world) endMerge(t *rapid.T) {
	if len(w.late) == 0 {
		t.Skip("no merge under way")
	}
	m := w.late[0]
	w.late = w.late[1:]
	for _, part := range m.parts[:rapid.IntRange(0, len(m.parts)).Draw(t, "parts written")] {
		w.seq++
		w.live[w.seq] = Stored{Name: fmt.Sprint("m", w.seq), Seq: w.seq, Data: part}
		m.parts = m.parts[1:]
	}
	if len(m.parts) > 0 {
		return // it crashed between two of them
	}
	crash := rapid.Bool().Draw(t, "crash")
	for _, seq := range m.sources {
		if !crash || rapid.Bool().Draw(t, "removed") {
			delete(w.live, seq)
		}
	}
}

// load folds from nothing.
func (w *world) load(t *rapid.T) {
	w.pages = append(w.pages, w.fold(t, Page{}))
}

// refresh folds a page of any age forward.
func (w *world) refresh(t *rapid.T) {
	if len(w.pages) == 0 {
		t.Skip("no pages")
	}
	i := rapid.IntRange(0, len(w.pages)-1).Draw(t, "page")
	w.pages[i] = w.fold(t, w.pages[i])
}

// forget evicts a page.
func (w *world) forget(t *rapid.T) {
	if len(w.pages) == 0 {
		t.Skip("no pages")
	}
	w.pages = slices.Delete(w.pages, 0, 1)
}

func (w *world) wait(t *rapid.T) {
	w.clock += rapid.Int64Range(1, 5).Draw(t, "wait")
	w.seq += uint64(rapid.IntRange(0, 2).Draw(t, "others")) // other owners write too
}

// fold gives a page its delta: the segments past it, in any order, with repeats and older ones.
func (w *world) fold(t *rapid.T, base Page) Page {
	segs := slices.DeleteFunc(w.stored(), func(s Stored) bool {
		return s.Seq <= base.Seq() && rapid.Bool().Draw(t, "older left out")
	})
	segs = rapid.Permutation(segs).Draw(t, "order")
	if len(segs) > 0 && rapid.Bool().Draw(t, "repeat") {
		segs = append(segs, segs[0])
	}
	p, err := Fold(base, segs, w.seq, w.clock)
	if err != nil {
		t.Fatal(err)
	}
	w.compare(t, p)
	return p
}

// compare checks a page against the replay and against a fold from nothing.
func (w *world) compare(t *rapid.T, p Page) {
	opened, err := Open(p.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	want, origins := w.replay()
	if got := allItems(opened); len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Fatalf("the page has\n%+v\na replay\n%+v", got, want)
	}
	for i := range origins {
		if p.Origin(i) != origins[i] {
			t.Fatalf("item %d is of %v; want %v", i, p.Origin(i), origins[i])
		}
	}
	cold, err := Fold(Page{}, w.stored(), w.seq, w.clock)
	if err != nil {
		t.Fatal(err)
	}
	if p.Seq() != w.seq || p.LastSegment() != cold.LastSegment() || p.NextExpiry() != cold.NextExpiry() {
		t.Fatalf("up to %d, segment %d, expiry %d; cold %d, %d, %d", p.Seq(), p.LastSegment(), p.NextExpiry(),
			cold.Seq(), cold.LastSegment(), cold.NextExpiry())
	}
	if !reflect.DeepEqual(allItems(opened), allItems(cold)) {
		t.Fatal("a page folded forward is not the page folded from nothing")
	}
	checkAccess(t, opened)
}

// replay applies every change in the order in which it was written.
func (w *world) replay() ([]Item, []Origin) {
	state := map[string]change{}
	for _, c := range w.history {
		switch c.entry.Kind {
		case Put:
			state[c.entry.Item.ID] = c
		case Tombstone:
			delete(state, c.entry.ID)
		case Clear:
			clear(state)
		}
	}
	maps.DeleteFunc(state, func(_ string, c change) bool { return expired(c.entry.Item.Expires, w.clock) })
	list := slices.SortedFunc(maps.Values(state), func(a, b change) int {
		return compareItems(a.entry.Item.Time, a.origin, b.entry.Item.Time, b.origin)
	})
	var items []Item
	var origins []Origin
	for _, c := range list {
		items = append(items, c.entry.Item)
		origins = append(origins, c.origin)
	}
	return items, origins
}

func TestFoldIsAReplay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{clock: 1, live: map[uint64]Stored{}}
		t.Repeat(map[string]func(*rapid.T){
			"write":      w.write,
			"writeMore":  w.write,
			"startMerge": w.startMerge,
			"endMerge":   w.endMerge,
			"load":       w.load,
			"refresh":    w.refresh,
			"forget":     w.forget,
			"wait":       w.wait,
		})
	})
}
