package page

import (
	"bytes"
	"cmp"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// TestPostingsAreSortedByHash, few and many, in memory that held others before.
func TestPostingsAreSortedByHash(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		hash := rapid.SampledFrom([]*rapid.Generator[uint32]{rapid.Uint32(), rapid.Uint32Max(9), rapid.Map(rapid.Uint32(), func(h uint32) uint32 { return h << 22 })}).Draw(t, "spread")
		var s postingScratch
		for range 2 {
			s.list = s.list[:0]
			n := rapid.SampledFrom([]int{0, 3, 255, 256, 300, 600}).Draw(t, "postings")
			hashes := rapid.SliceOfN(hash, n, n).Draw(t, "hashes")
			for i, h := range hashes {
				s.list = append(s.list, posting{hash: h, item: uint32(i), d: uint8(i), q: 1})
			}
			want := slices.Clone(s.list)
			slices.SortStableFunc(want, func(a, b posting) int { return cmp.Compare(a.hash, b.hash) })
			if got := s.sort(); !slices.Equal(got, want) {
				t.Fatalf("%d postings are not sorted", n)
			}
		}
	})
}

// TestFoldsAtOnceDoNotMeet: each has its memory of postings for itself.
func TestFoldsAtOnceDoNotMeet(t *testing.T) {
	t.Parallel()
	var folds sync.WaitGroup
	for _, n := range []int{3, 40, 600, 40, 600} {
		segs := inSegments(turns(n, 60), 3)
		want := fold(t, Page{}, 99, 1, segs...)
		folds.Go(func() {
			for range 20 {
				if got, err := Fold(Page{}, segs, 99, 1); err != nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
					t.Errorf("of %d items another page was made, %v", n, err)
					return
				}
			}
		})
	}
	folds.Wait()
}

// TestALargeFoldsMemoryIsNotKept: one owner's import would lie about for ever.
func TestALargeFoldsMemoryIsNotKept(t *testing.T) { //nolint:paralleltest // others would take from the pool
	large := takePostings(mostPostings + 1)
	large.release()
	for range 10 {
		s := takePostings(0)
		if cap(s.list) > mostPostings || cap(s.other) > mostPostings {
			t.Fatalf("room for %d and %d postings was kept", cap(s.list), cap(s.other))
		}
	}
}
