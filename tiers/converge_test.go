package tiers

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// logSize is how many bytes an owner's log has, and in how many segments.
func (w *world) logSize(o messages.Owner) (bytes, segments int) {
	w.t.Helper()
	x, err := w.tierOf(o)
	if err != nil {
		w.t.Fatal(err)
	}
	var b batch
	await.That(w.t, "the log is read between two changes", func() bool {
		b, err = x.loadAny(w.t.Context(), ownerSubject(x.root, o))
		if err != nil && !errors.Is(err, jet.ErrChanging) { // as compaction does meanwhile
			w.t.Fatal(err)
		}
		return err == nil
	})
	return b.bytes, len(b.segs)
}

// change writes the n-th version of an item of so many bytes.
func (w *world) change(id string, n, size int) {
	w.t.Helper()
	it := item(id, strings.Repeat("x", size))
	it.Flags, it.Accesses = page.Pinned, uint32(n)
	w.add(session("s"), fmt.Sprint(id, n), puts(w.clock.now(), it))
}

// A log goes back to about what its page has, however large its items are
// beside what one message holds, and nothing of it is lost.
func TestALogConvergesToItsPage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		most    int   // bytes of a merged segment, 0 what a message holds
		sizes   []int // of items, the first of which changes
		changes int
	}{
		"one that fills most of a message": {sizes: []int{7 << 20}, changes: 4},
		"two past a message":               {sizes: []int{7 << 20, 4 << 20}, changes: 3},
		"one":                              {most: 100 * kib, sizes: []int{70 * kib}, changes: 30},
		"beside a smaller one":             {most: 100 * kib, sizes: []int{70 * kib, 15 * kib}, changes: 30},
		"many past a message":              {most: 100 * kib, sizes: []int{70 * kib, 60 * kib, 60 * kib, 80 * kib}, changes: 30},
		"small beside large":               {most: 100 * kib, sizes: []int{kib, 80 * kib, 80 * kib}, changes: 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(cfg *Config) { cfg.Compact.MaxBytes = c.most })
			live := 0
			for i, size := range c.sizes {
				w.change(fmt.Sprint(i), 0, size)
				live += size
			}
			for n := range c.changes {
				w.change("0", n+1, c.sizes[0])
				if _, err := w.Compact(t.Context(), session("s")); err != nil {
					t.Fatal(err)
				}
			}
			v, _ := w.see(session("s"), page.Freshness{Reload: true})
			if i, ok := v.Page.Find("0"); !ok || v.Page.Len() != len(c.sizes) || int(v.Page.Row(i).Accesses) != c.changes {
				t.Fatalf("%d items of %d, or not the last version", v.Page.Len(), len(c.sizes))
			}
			most := live*3/2 + w.short.wasteAllowed() + c.sizes[0] + w.cfg.Compact.Segments*kib
			await.That(t, "the log is short", func() bool { // most removals are not answered
				bytes, segments := w.logSize(session("s"))
				return bytes <= most && segments <= w.cfg.Compact.Segments
			})
			w.sweepNow()
			await.That(t, "the log is as its page", func() bool {
				bytes, _ := w.logSize(session("s"))
				return bytes <= live+live/8+len(c.sizes)*kib+c.changes*64
			})
		})
	}
}

// What is to be merged without anybody asking is noticed by its bytes too.
func TestWasteIsNoticedByWritersAndReaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.background()
	for n := range 5 {
		w.change("a", n, 3<<20) // by who writes, unless it is the last alone
	}
	await.That(t, "it is compacted", func() bool { bytes, _ := w.logSize(session("s")); return bytes < 7<<20 })
	other := onServer(t, w.server, w.clock, func(c *Config) { c.Compact.Disabled = true })
	for n := range 3 {
		other.change("a", 10+n, 3<<20)
	}
	await.That(t, "it is compacted again", func() bool {
		w.see(session("s"), page.Freshness{Reload: true})
		bytes, _ := w.logSize(session("s"))
		return bytes < 4<<20
	})
}

// A sweep removes what is dead where the rest is more than one message holds.
func TestASweepWritesSeveralSegments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.MaxBytes = 100 << 10 })
	for n := range 4 {
		for _, id := range []string{"a", "b", "c"} {
			w.change(id, n, 70<<10)
		}
	}
	w.add(session("s"), "gone", deletes(w.clock.now(), "c"))
	w.sweepNow()
	await.That(t, "two segments are left", func() bool { // most removals are not answered
		bytes, segments := w.logSize(session("s"))
		return bytes <= 150<<10 && segments == 2
	})
	if v, _ := w.see(session("s"), page.Freshness{Reload: true}); v.Page.Len() != 2 {
		t.Errorf("%d items", v.Page.Len())
	}
	if n := metric(t, w.reg, "context_manager_gc_removed_total", "what", "segments"); n != 13 {
		t.Errorf("%v segments counted", n)
	}
	again := w.newCollection()
	if err := again.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := metric(t, w.reg, "context_manager_gc_removed_total", "what", "segments"); n != 13 {
		t.Error("what is tidy was written again")
	}
}

// Of a merge whose parts cannot all be written nothing stays, and it is an error.
func TestPartsOfAMergeThatFailedAreTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	wildcard := ownerSubject(w.short.root, session("s"))
	b, err := w.short.load(t.Context(), wildcard)
	if err != nil {
		t.Fatal(err)
	}
	data := merged(t, page.MergeOptions{}, b.segs...)
	second := func(before uint64) jet.Expected {
		return jet.Expected{Subject: wildcard, Seq: b.segs[0].Seq + before} // holds for the first alone
	}
	if err := w.short.putParts(t.Context(), wildcard, [][]byte{data, data}, second); !jet.Conflicted(err) {
		t.Errorf("a part that was refused: %v", err)
	}
	written, err := w.short.refresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	large := make([]byte, w.nc.MaxPayload()+1)
	anyhow := func(uint64) jet.Expected { return jet.Expected{} }
	if err := w.short.putParts(t.Context(), wildcard, [][]byte{data, large}, anyhow); !jet.TooLarge(err) || compactionOutcome(err) != "failed" {
		t.Errorf("a part that no message holds: %v", err)
	}
	if last, err := w.short.refresh(t.Context()); err != nil || last != written {
		t.Errorf("a part was written though the next cannot be, %v", err)
	}
	if n := w.segments(session("s")); n != 1 {
		t.Errorf("%d segments", n)
	}
}
