package tiers

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/tiers/page"
)

// A clock that is set back makes all that was known before seem to come from the
// future, and so young for as long as it was set back by. It is not taken for fresh.

func TestALeadersWordIsNotYoungSinceAClockWasSetBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	lead := &w.short.lead
	lead.replicated.Store(true) // of which nobody asks the leader meanwhile, as where it is cut off
	lead.probing.Store(true)
	lead.contact.Store(w.clock.now().UnixMilli())
	if v, got := w.see(session("s"), page.Freshness{}); v.Stale || got != "a=1" {
		t.Fatalf("%q, stale %v, while the leader was just heard of", got, v.Stale)
	}
	w.clock.advance(-2 * time.Minute)
	if v, _ := w.see(session("s"), page.Freshness{}); !v.Stale || v.Age < 0 {
		t.Errorf("stale %v, of an age of %v, and when the leader was heard of is not known", v.Stale, v.Age)
	}
}

func TestAPageIsNotShownAloneSinceAClockWasSetBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	w.store(session("s"), "b", "2")
	w.clock.advance(-2 * time.Minute)
	if _, got := w.see(session("s"), page.Freshness{MaxStale: time.Second}); got != "a=1 b=2" {
		t.Errorf("%q; want what is there", got)
	}
}
