package page

import (
	"bytes"
	"fmt"
	"testing"
)

// TestPartsAreTheWhole: whatever a part may have, all parts together are what one
// segment would be, each fits, and names that were absorbed are remembered.
func TestPartsAreTheWhole(t *testing.T) {
	t.Parallel()
	segs := inSegments(turns(300, 60), 3)
	last := uint64(len(segs))
	whole := fold(t, Page{}, last+99, 0, merge(t, last+1, MergeOptions{}, segs...))
	for _, most := range []int{2 << 10, 5 << 10, 20 << 10, 1 << 20} {
		parts, err := MergeParts(segs, MergeOptions{}, most)
		if err != nil {
			t.Fatal(err)
		}
		var list []Stored
		names := 0
		for i, part := range parts {
			if len(part) > most {
				t.Errorf("part %d of %d has %d bytes of at most %d", i, len(parts), len(part), most)
			}
			h, err := ReadHead(part)
			if err != nil || h.Sources[len(h.Sources)-1] != last {
				t.Fatalf("sources %v, %v", h.Sources, err)
			}
			names += len(h.Absorbed)
			list = append(list, Stored{Name: fmt.Sprint("m", i), Seq: last + 1 + uint64(i), Data: part})
		}
		if (len(parts) > 1) != (most < 1<<20) || names != len(segs) {
			t.Errorf("at most %d bytes: %d parts, %d names of %d", most, len(parts), names, len(segs))
		}
		got := fold(t, Page{}, last+99, 0, list...)
		if idsOf(got) != idsOf(whole) || got.Text(7) != whole.Text(7) {
			t.Errorf("at most %d bytes: other items", most)
		}
		again := merge(t, last+50, MergeOptions{}, list...)
		if !bytes.Equal(entriesOf(t, again), entriesOf(t, merge(t, last+51, MergeOptions{}, segs...))) {
			t.Errorf("at most %d bytes: merging the parts gives other entries", most)
		}
	}
}

// TestSupersededIsWhatMergesLeaveOut: of the segments from each on.
func TestSupersededIsWhatMergesLeaveOut(t *testing.T) {
	t.Parallel()
	source, other := stored(1, put(note("a", 1))), stored(2, put(note("b", 1)), put(note("c", 1)))
	for name, c := range map[string]struct {
		segs []Stored
		dead []bool
	}{
		"nothing":               {[]Stored{source, other}, []bool{false, false}},
		"replaced":              {[]Stored{source, stored(3, put(note("a", 2)))}, []bool{true, false}},
		"buried":                {[]Stored{source, stored(3, tombstone("a"))}, []bool{true, false}},
		"cleared":               {[]Stored{source, other, stored(3, Entry{Kind: Clear})}, []bool{true, true, false}},
		"not what came after":   {[]Stored{stored(3, Entry{Kind: Clear}), stored(4, put(note("a", 1)))}, []bool{false, false}},
		"expired":               {[]Stored{stored(3, put(until("a", 50)))}, []bool{true}},
		"replaced by itself":    {[]Stored{stored(3, put(note("a", 1)), put(note("a", 2)))}, []bool{true}},
		"had by a merge":        {[]Stored{source, other, merge(t, 5, MergeOptions{}, source, other)}, []bool{true, true, false}},
		"replaced out of order": {[]Stored{stored(9, put(note("a", 1))), source}, []bool{false, false}},
	} {
		dead, err := Superseded(c.segs, 100)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.dead {
			if (dead[i] > 0) != want || dead[i] >= len(c.segs[i].Data) {
				t.Errorf("%s: of %d bytes in segment %d %d are dead", name, len(c.segs[i].Data), i, dead[i])
			}
		}
	}
	broken := []Stored{{Name: "x", Seq: 1, Data: []byte("no segment")}}
	if _, err := Superseded(broken, 0); err == nil {
		t.Error("what is no segment was weighed")
	}
}
