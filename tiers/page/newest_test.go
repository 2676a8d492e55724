package page

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// someIDs draws ids that are hard to tell apart by eight of their bytes: they
// begin alike, begin with one another, end in NULs, or repeat.
func someIDs() *rapid.Generator[[]string] {
	part := rapid.SampledFrom([]string{"", "\x00", "\x00\x00\x00\x00\x00\x00\x00\x00", "a", "turn-", "turn-0", "1", "12345678", "123456789", "\xff"})
	return rapid.Custom(func(t *rapid.T) []string {
		prefix := strings.Join(rapid.SliceOfN(part, 0, 2).Draw(t, "prefix"), "")
		ids := make([]string, rapid.IntRange(0, 40).Draw(t, "ids"))
		for i := range ids {
			ids[i] = prefix + strings.Join(rapid.SliceOfN(part, 0, 3).Draw(t, "id"), "")
		}
		return ids
	})
}

// TestNewestIsByIDAndOrigin: the entries that a plain comparison would keep, in
// the order of ids.
func TestNewestIsByIDAndOrigin(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var list []*rawEntry
		latest := map[string]*rawEntry{}
		for n, id := range someIDs().Draw(t, "ids") {
			e := &rawEntry{id: id, kind: Put, origin: Origin{Seq: uint64(rapid.IntRange(1, 5).Draw(t, "seq")), Place: uint32(n)}}
			list = append(list, e)
			if old := latest[id]; old == nil || old.origin.Less(e.origin) {
				latest[id] = e
			}
		}
		got := newest(rapid.Permutation(list).Draw(t, "order"))
		if !slices.IsSortedFunc(got, func(a, b *rawEntry) int { return strings.Compare(a.id, b.id) }) {
			t.Fatal("they are not in order of id")
		}
		for _, e := range got {
			if latest[e.id] != e {
				t.Fatalf("of %q that of %v was kept; want %v", e.id, e.origin, latest[e.id].origin)
			}
			delete(latest, e.id)
		}
		if len(latest) > 0 {
			t.Fatalf("%d ids are missing", len(latest))
		}
	})
}

// TestAFoldDoesNotGoByTheOrderOfSegments: what is read first is sorted first, and
// the page is the same to the byte, whatever ids are like.
func TestAFoldDoesNotGoByTheOrderOfSegments(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var segs []Stored
		ids := someIDs().Draw(t, "ids")
		for part := range slices.Chunk(ids, 5) {
			var entries []Entry
			for _, id := range part {
				e := put(note(id, rapid.Int64Range(1, 4).Draw(t, "time")))
				if rapid.IntRange(0, 5).Draw(t, "tombstone") == 0 {
					e = tombstone(id)
				}
				entries = append(entries, e)
			}
			segs = append(segs, stored(uint64(len(segs)+1), entries...))
		}
		want := fold(t, Page{}, 99, 1, segs...)
		mixed := rapid.Permutation(segs).Draw(t, "order")
		if got := fold(t, Page{}, 99, 1, append(mixed, segs...)...); !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Fatal("the same segments in another order, and twice, make another page")
		}
	})
}
