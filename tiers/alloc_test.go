package tiers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// A hit costs the same garbage however large the page is: pages are not copied.
// This test counts what the whole process allocates, so it runs by itself.
func TestHitsDoNotCopyPages(t *testing.T) { // not parallel
	w := newWorld(t)
	var items []page.Item
	for i := range 600 {
		items = append(items, item(fmt.Sprint(i), strings.Repeat("word ", 40)))
	}
	w.add(session("s"), "r", puts(w.clock.now(), items...))
	if v, _ := w.see(session("s"), page.Freshness{}); len(v.Page.Bytes()) < 100_000 {
		t.Fatalf("a page of %d bytes shows nothing", len(v.Page.Bytes()))
	}
	read := func(f page.Freshness) func() {
		return func() {
			if s, _ := w.Read(t.Context(), session("s"), messages.Owner{}, f); !s.Hit || s.Page.Len() != 600 {
				t.Fatalf("hit %v, %d items, %v", s.Hit, s.Page.Len(), s.Err)
			}
		}
	}
	if n := testing.AllocsPerRun(200, read(page.Freshness{MaxStale: time.Hour})); n > 8 {
		t.Errorf("a hit within max stale makes %v allocations", n)
	}
	result := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			read(page.Freshness{})()
		}
	})
	// Server, client and tiers together; most of it is the server's.
	if n := result.AllocedBytesPerOp(); n > 20_000 {
		t.Errorf("a hit that asks for what is new makes %d bytes of garbage, with a page of 100 KB and more", n)
	}
}
