package tiers

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// A deletion may be written while a merge of what it buries is under way, which
// then writes that once more, half a minute later at most; one that read it beside
// the deletion's own merge may do so as late again. What dates it, and the page that
// still holds what it buries, may be of clocks that are off.
func TestATombstoneOutlivesPagesMergesAndClocks(t *testing.T) {
	t.Parallel()
	for _, life := range []time.Duration{0, 5 * time.Minute, time.Hour} {
		var c Config
		c.L1.PageLife = life
		c = c.withDefaults()
		if needs := c.L1.PageLife + 2*compactTime + messages.TimeWindow; c.tombstoneLife() < needs {
			t.Errorf("pages of %v: tombstones live %v, and have to live %v", c.L1.PageLife, c.tombstoneLife(), needs)
		}
	}
}

// The same, as it goes: a merge has read an item that is deleted before it writes.
func TestADeletionThatAMergeDidNotReadIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, quick)
	w.store(session("s"), "gone", "x")
	w.store(session("s"), "stays", "y")
	w.see(session("s"), page.Freshness{}) // a page that has it
	x, wildcard := w.short, ownerSubject(w.short.root, session("s"))
	b, err := x.loadSound(t.Context(), wildcard)
	if err != nil {
		t.Fatal(err)
	}
	w.add(session("s"), "d", deletes(w.clock.now(), "gone"))
	w.clock.advance(compactTime)
	if err := x.merge(t.Context(), wildcard, b.segs); err != nil {
		t.Fatal(err)
	}
	other := onServer(t, w.server, w.clock, quick)
	for minute := range 50 { // in which the tombstone goes
		w.clock.advance(time.Minute)
		w.sweepNow()
		if minute%9 != 7 {
			continue // pages grow old, but not too old
		}
		for _, reader := range []*world{w, other} {
			if _, got := reader.see(session("s"), page.Freshness{}); got != "stays=y" {
				t.Fatalf("minute %d: %q", minute, got)
			}
		}
	}
}
