package tiers

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/tiers/page"
)

// A worker whose clock is ahead takes nothing for good before its time: neither
// what expires, nor owners that seem forgotten, nor what seems old enough to go.
func TestAClockThatIsAheadTakesNothingBeforeItsTime(t *testing.T) {
	t.Parallel()
	first := newWorld(t, quick)
	mortal := item("mortal", "x")
	mortal.Expires = first.clock.now().Add(time.Hour).UnixMilli()
	for _, id := range []string{"compacted", "collected"} {
		first.add(session(id), "r", puts(first.clock.now(), mortal))
		first.add(session(id), "gone", deletes(first.clock.now(), "other"))
		first.fill(session(id), 2)
	}
	ahead := onServer(t, first.server, newClock(), quick)
	ahead.clock.advance(48 * time.Hour)
	ahead.servers = &lastHeard{}
	if _, err := ahead.short.refresh(t.Context()); err != nil { // as is done again and again
		t.Fatal(err)
	}
	if done, err := ahead.Compact(t.Context(), session("compacted")); err != nil || !done {
		t.Fatalf("compacted: %v, %v", done, err)
	}
	if err := ahead.short.tend(t.Context(), ownerSubject(ahead.short.root, session("collected"))); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"compacted", "collected"} {
		v, got := first.see(session(id), page.Freshness{Reload: true})
		if _, there := v.Page.Find("mortal"); !there || v.Page.Len() != 3 {
			t.Errorf("%s: %q", id, got)
		}
		log := first.logOf(ownerSubject(first.short.root, session(id)))
		buries := false
		for _, s := range log {
			b, err := page.Buries(s, 0)
			if err != nil {
				t.Fatal(err)
			}
			buries = buries || b
		}
		if !buries {
			t.Errorf("%s: the tombstone is gone", id)
		}
	}
}

func quick(c *Config) {
	c.Compact.Segments, c.Compact.Disabled, c.GC.Disabled, c.GC.ForgetShort = 1, true, true, 24*time.Hour
}
