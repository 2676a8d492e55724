package page

import (
	"testing"

	"pgregory.net/rapid"
)

// TestPartsKeepToTheirMost: whatever is long in an entry counts, or a part is
// more than a message of the stream may have. One entry and what it came from
// may be more.
func TestPartsKeepToTheirMost(t *testing.T) {
	t.Parallel()
	long := rapid.StringN(100, 128, -1)
	rapid.Check(t, func(t *rapid.T) {
		var segs []Stored
		for seq := range uint64(rapid.IntRange(1, 6).Draw(t, "segments")) {
			var entries []Entry
			for range rapid.IntRange(0, 12).Draw(t, "entries") {
				it := anyItem().Draw(t, "item")
				it.Name, it.Metadata = long.Draw(t, "name"), []Pair{{Key: long.Draw(t, "key")}}
				e := put(it)
				if rapid.Bool().Draw(t, "gone") {
					e = tombstone(it.ID)
				}
				entries = append(entries, e)
			}
			segs = append(segs, stored((seq+1)<<40, entries...))
		}
		most := rapid.IntRange(200, 3000).Draw(t, "most")
		parts, err := MergeParts(segs, MergeOptions{}, most)
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range parts {
			s, err := ParseSegment(data)
			if err != nil {
				t.Fatal(err)
			}
			if len(data) > most && len(s.Entries)+len(s.Absorbed)+len(s.Sources) > 2 {
				t.Fatalf("a part of %d entries has %d bytes, and %d were the most", len(s.Entries), len(data), most)
			}
		}
	})
}
