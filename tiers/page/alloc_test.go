package page

import (
	"runtime"
	"testing"
)

// What a fold allocates does not grow with the page: a delta of one turn makes
// as many allocations over 5,000 items as over 600, and its bytes are the new
// page and little more. AllocsPerRun counts the whole program, so this test is
// not parallel.
func TestAFoldAllocatesThePageAndLittleMore(t *testing.T) { //nolint:paralleltest // as said
	for _, n := range []int{600, 5000} {
		items := turns(n+1, 90)
		base := fold(t, Page{}, 4, 1, inSegments(items[:n], 4)...)
		delta := stored(5, put(items[n]))
		if got := testing.AllocsPerRun(20, func() { fold(t, base, 5, 1, delta) }); got > 50 {
			t.Errorf("a delta into %d items makes %v allocations, want 50 at most", n, got)
		}
		if got := testing.AllocsPerRun(20, func() { fold(t, base, 5, 1) }); got > 1 {
			t.Errorf("a fold that changes nothing makes %v allocations of %d items, want the page's alone", got, n)
		}
		most := uint64(len(base.Bytes()))*13/10 + 8<<10
		if got := bytesPerRun(20, func() { fold(t, base, 5, 1, delta) }); got > most {
			t.Errorf("a delta into a page of %d bytes makes %d bytes of garbage, want %d at most", len(base.Bytes()), got, most)
		}
	}
	segs := inSegments(turns(600, 90), 4)
	if got := testing.AllocsPerRun(20, func() { fold(t, Page{}, 4, 1, segs...) }); got > 60 {
		t.Errorf("a load of 600 items makes %v allocations, want 60 at most", got)
	}
}

// bytesPerRun is AllocsPerRun for bytes.
func bytesPerRun(runs int, f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		f()
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / uint64(runs)
}
