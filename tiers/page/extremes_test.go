package page

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// extremeID draws ids of every form, that look like those of a request among
// them, few enough to meet again.
func extremeID() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{
		"", "0", "00", "007", "-0", "AAAAAAAAAAA-0", "AAAAAAAAAAA-1", "AAAAAAAAAAA-01", "AAAAAAAAAAB-0", "AAAAAAAAA\nA-0", "AAAAAAAAA\n\nAA-0",
		"AAAAAAAAAAAAAAAAAAAAAA-0", "AAAAAAAAAAAAAAAAAAAAAA-536870911", "AAAAAAAAAAAAAAAAAAAAAA-536870912", "AAAAAAAAAAAAAAAAAAAAAB-7",
		"hQ3vYk0mTq0-4294967295", "hQ3vYk0mTq0-4294967296", "note-18446744073709551616", "note-1", "note-2", "note-536870911", "note-\xff9",
	})
}

// extremeTime draws times at the ends of what fits somewhere.
func extremeTime() *rapid.Generator[int64] {
	return rapid.SampledFrom([]int64{math.MinInt64, -1, 0, 1, 1 << 39, 1<<40 - 1, 1 << 40, 1.7e12, 1.7e12 + 1<<40 - 1, 1.7e12 + 1<<40, math.MaxInt64})
}

// Whatever the ids, times and sequences are, a page that is folded forward in
// steps, over merged segments, is what a plain replay gives.
func TestFoldIsAReplayOfExtremes(t *testing.T) {
	t.Parallel()
	gap := rapid.SampledFrom([]uint64{1, 2, 255, 1 << 16, 1<<32 - 1, 1 << 32, 1 << 40})
	rapid.Check(t, func(t *rapid.T) {
		const now = 1 << 41
		state := map[string]change{}
		var seq uint64
		var segs []Stored
		var p Page
		for range rapid.IntRange(1, 8).Draw(t, "segments") {
			seq += gap.Draw(t, "gap")
			var entries []Entry
			for range rapid.IntRange(0, 6).Draw(t, "entries") {
				id := extremeID().Draw(t, "id")
				if rapid.IntRange(0, 4).Draw(t, "kind") == 0 {
					delete(state, id)
					entries = append(entries, Entry{Kind: Tombstone, ID: id})
					continue
				}
				it := anyItem().Draw(t, "item")
				it.ID, it.Time = id, extremeTime().Draw(t, "time")
				it.Expires = rapid.SampledFrom([]int64{0, 0, math.MinInt64, -1, now - 1, now, now + 1, math.MaxInt64}).Draw(t, "expires")
				state[id] = change{Origin{seq, uint32(len(entries))}, put(it)}
				entries = append(entries, put(it))
			}
			at := extremeTime().Draw(t, "at")
			segs = append(segs, Stored{Name: fmt.Sprint("r", seq), Seq: seq, Data: AppendSegment(nil, Segment{At: at, Entries: entries})})
			if rapid.Bool().Draw(t, "merge") {
				seq += gap.Draw(t, "gap")
				segs = append(segs, merge(t, seq, MergeOptions{Now: now}, segs...))
			}
			if rapid.Bool().Draw(t, "fold") {
				p = fold(t, p, seq, now, segs...)
			}
		}
		maps.DeleteFunc(state, func(_ string, c change) bool { return expired(c.entry.Item.Expires, now) })
		want := slices.SortedFunc(maps.Values(state), func(a, b change) int {
			return compareItems(a.entry.Item.Time, a.origin, b.entry.Item.Time, b.origin)
		})
		for name, p := range map[string]Page{"in steps": fold(t, p, seq, now, segs...), "cold": fold(t, Page{}, seq, now, segs...)} {
			p, err := Open(p.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if p.Len() != len(want) {
				t.Fatalf("%s: %d items; want %d", name, p.Len(), len(want))
			}
			for i, c := range want {
				if got := p.Item(i); !reflect.DeepEqual(got, c.entry.Item) || p.Origin(i) != c.origin {
					t.Fatalf("%s: item %d is %+v of %v; want %+v of %v", name, i, got, p.Origin(i), c.entry.Item, c.origin)
				}
			}
			checkAccess(t, p)
		}
	})
}

// Item numbers take two bytes up to 65,535 items, and four from there on.
func TestPagesAcrossTheWidthOfItemNumbers(t *testing.T) {
	t.Parallel()
	const most = 1<<16 - 1
	items := make([]Entry, 0, most)
	for i := range most {
		it := note(fmt.Sprintf("n-%d", i), int64(i))
		it.Group = fmt.Sprint(i % 70_000)
		it.Metadata = []Pair{{"k", fmt.Sprint(i)}}
		items = append(items, put(it))
	}
	segs := []Stored{stored(1, items...), stored(2, put(note("first", -5))), stored(3, put(note("middle", 30_000))), stored(4, put(note("last", 1<<20)))}
	segs = append(segs, stored(5, Entry{Kind: Tombstone, ID: "n-0"}, Entry{Kind: Tombstone, ID: "middle"}), stored(6, Entry{Kind: Tombstone, ID: "n-65534"}))
	var p Page
	for n := range segs {
		seq := segs[n].Seq
		p = fold(t, p, seq, 1, segs[n])
		cold := fold(t, Page{}, seq, 1, segs[:n+1]...)
		if p.Len() != cold.Len() || p.Groups() < cold.Groups() {
			t.Fatalf("%d items; cold %d", p.Len(), cold.Len())
		}
		for i := range p.Len() {
			if p.ID(i) != cold.ID(i) || p.Text(i) != cold.Text(i) || p.GroupName(i) != cold.GroupName(i) || p.Row(i).Time != cold.Row(i).Time ||
				p.Origin(i) != cold.Origin(i) || !slices.Equal(p.Metadata(i), cold.Metadata(i)) {
				t.Fatalf("at %d: item %d is %s, cold %s", seq, i, p.ID(i), cold.ID(i))
			}
			if at, ok := p.Find(cold.ID(i)); !ok || at != i {
				t.Fatalf("at %d: %s is found at %d, %v; want %d", seq, cold.ID(i), at, ok, i)
			}
		}
		if got := p.Postings(7).Len(); got != p.Len() {
			t.Fatalf("%d postings of a term that all %d have", got, p.Len())
		}
	}
}
