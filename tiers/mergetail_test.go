package tiers

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/page"
)

// A server may lose its newest messages while a log is merged, and give their
// sequences to others. What was read before is then neither written, which would
// bring it back over what came since, nor removed, which would take the others'.
func TestAMergeEndsWithTheConnectionThatItsLogWasReadOn(t *testing.T) {
	t.Parallel()
	f := newForgetful(t)
	quiet := func(c *Config) { c.Compact.Segments, c.Compact.Disabled, c.GC.Disabled = 2, true, true }
	w := onServer(t, f.server, newClock(), quiet)
	w.store(session("s"), "a", "kept")
	w.store(session("s"), "b", "kept")
	f.keep()
	w.comesBack(0)
	w.store(session("s"), "a", "lost")
	w.fill(session("s"), 8) // lost, too
	var other *world
	before, now := w.nc.Stats(), w.Tiers.clock
	var once sync.Once
	w.Tiers.clock = func() time.Time {
		if w.nc.Stats().InMsgs > before.InMsgs { // the log has been read
			once.Do(func() {
				f.lose()
				other = onServer(t, f.server, w.clock, quiet)
				other.store(session("s"), "a", "new")
				for i := range 12 {
					other.store(session("other"), fmt.Sprintf("i%02d", i), "new")
				}
				w.comesBack(before.Reconnects)
			})
		}
		return now()
	}
	if _, err := w.short.compact(t.Context(), ownerSubject(w.short.root, session("s"))); !errors.Is(err, errMoved) {
		t.Errorf("a merge that another server was asked for: %v", err)
	}
	w.Tiers.clock = now
	if v, got := other.see(session("s"), page.Freshness{Reload: true}); sorted(got) != "a=new b=kept" {
		t.Errorf("%q at %d", got, v.Revision)
	}
	if n := other.segments(session("other")); n != 12 {
		t.Errorf("%d of another session's 12 segments are left", n)
	}
}

// What is a part of such work does not begin anew where it began later.
func TestWorkIsBoundToTheConnectionThatItBeganOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := w.short.onThisGround(t.Context())
	w.reconnect()
	if err := w.short.moved(w.short.onThisGround(ctx)); !errors.Is(err, errMoved) {
		t.Errorf("a part of work that began on another connection: %v", err)
	}
	if err := w.short.moved(w.short.onThisGround(t.Context())); err != nil {
		t.Errorf("work that begins now: %v", err)
	}
}

// reconnect has the connection made anew.
func (w *world) reconnect() {
	w.t.Helper()
	before := w.nc.Stats().Reconnects
	if err := w.nc.ForceReconnect(); err != nil {
		w.t.Fatal(err)
	}
	w.comesBack(before)
}

// comesBack waits until a connection that had been lost so often is there again.
func (w *world) comesBack(before uint64) {
	w.t.Helper()
	await.That(w.t, "the worker is back", func() bool { return w.nc.Stats().Reconnects > before && w.nc.IsConnected() })
}
