package tiers

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
)

// What garbage collection and compaction did is counted, by what it was.
func TestCollectionCountsItsWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.GC.SessionItems, c.GC.ForgetShort = 10, 24*time.Hour })
	w.store(session("forgotten"), "a", "1")
	w.clock.advance(25 * time.Hour)
	for i := range 12 { // more than it may have, and more segments than it should
		w.store(session("large"), fmt.Sprint("i", i), "x")
	}
	mortal := item("mortal", strings.Repeat("long text ", 100))
	mortal.Expires = w.clock.now().Add(time.Minute).UnixMilli()
	w.add(session("mortal"), "r", puts(w.clock.now(), mortal, item("stays", "x")))
	w.clock.advance(2 * time.Minute)
	w.sweepNow()
	for _, want := range []struct {
		name, label, value string
		least, most        float64
	}{
		{"gc_sweeps_total", "outcome", "done", 1, 1},
		{"gc_owners_total", "", "", 2, 3},
		{"gc_removed_total", "what", "items", 2, 3},
		{"gc_removed_total", "what", "expired_items", 1, 1},
		{"gc_removed_total", "what", "owners", 1, 1},
		{"gc_removed_total", "what", "segments", 12, 16},
		{"gc_owner_failures_total", "", "", 0, 0},
		{"gc_last_sweep_timestamp_seconds", "", "", float64(w.clock.now().Unix()), float64(w.clock.now().Unix())},
	} {
		if got := metric(t, w.reg, "context_manager_"+want.name, want.label, want.value); got < want.least || got > want.most {
			t.Errorf("%s{%s} is %v; want %v to %v", want.name, want.value, got, want.least, want.most)
		}
	}
}

// So are merges, and who has the lease.
func TestBackgroundWorkIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.GC.Interval = time.Hour })
	w.background()
	w.fill(session("s"), 30)
	count := func(name, label, value string) float64 {
		return metric(t, w.reg, "context_manager_"+name, label, value)
	}
	await.That(t, "a merge is counted", func() bool {
		return count("compacted_segments_total", "", "") > 0 && count("compacted_bytes_total", "", "") > 0
	})
	await.That(t, "the lease is shown", func() bool { return count("gc_leader", "", "") == 1 })
}

// What ends since its worker stops has not failed.
func TestWorkThatIsStoppedHasNotFailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Disabled = true })
	w.fill(session("s"), 12)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := w.compactor.one(stopped, ownerSubject(w.short.root, session("s"))); err == nil {
		t.Error("a log was merged")
	}
	if err := w.Sweep(stopped); err == nil {
		t.Error("a sweep was made")
	}
	for _, name := range []string{"compactions_total", "gc_sweeps_total"} {
		if n := metric(t, w.reg, "context_manager_"+name, "outcome", "failed"); n != 0 {
			t.Errorf("%s has %v that failed", name, n)
		}
	}
}
