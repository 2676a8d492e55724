package page

import (
	"errors"
	"testing"
)

func TestBuriesTellsOfEntriesPastASequence(t *testing.T) {
	t.Parallel()
	dead, clear := stored(5, tombstone("a")), stored(5, Entry{Kind: Clear})
	items := stored(5, put(note("a", 1)), put(note("b", 1)))
	old := merge(t, 9, MergeOptions{}, dead, stored(8, put(note("c", 1))))
	for name, c := range map[string]struct {
		of   Stored
		past uint64
		want bool
	}{
		"tombstone": {dead, 4, true}, "clear": {clear, 4, true}, "items": {items, 4, false},
		"known tombstone": {dead, 5, false}, "known clear": {clear, 5, false},
		"merged": {old, 4, true}, "merged, known": {old, 5, false},
	} {
		if got, err := Buries(c.of, c.past); got != c.want || err != nil {
			t.Errorf("%s past %d: %v, %v", name, c.past, got, err)
		}
	}
	broken := dead
	broken.Data = broken.Data[:len(broken.Data)-1]
	if _, err := Buries(broken, 0); !errors.Is(err, ErrCorrupt) {
		t.Errorf("half a segment: %v", err)
	}
}
