package tiers

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

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
				other = f.overtake(w, 12, quiet)
				other.store(session("s"), "a", "new")
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

// Nor is what has a proof's sequence by the time that the proof is to be removed.
func TestAProofIsNotRemovedOnAnotherConnection(t *testing.T) {
	t.Parallel()
	f := newForgetful(t)
	w := onServer(t, f.server, newClock())
	last := w.store(session("s"), "a", "kept")
	f.keep()
	w.comesBack(0)
	w.short.lead.replicated.Store(true) // which has it written
	var other *world
	before, now := w.nc.Stats(), w.Tiers.clock
	var once sync.Once
	w.Tiers.clock = func() time.Time {
		if w.nc.Stats().InMsgs > before.InMsgs { // the proof has been written
			once.Do(func() {
				other = f.overtake(w, 3)
			})
		}
		return now()
	}
	if err := w.Unchanged(t.Context(), session("s"), last); err != nil {
		t.Fatal(err)
	}
	w.Tiers.clock = now
	if n := other.segments(session("other")); n != 3 {
		t.Errorf("%d of another session's 3 segments are left", n)
	}
}

// Nor is what has the sequence of a message that is no segment, and is in the way of one.
func TestWhatIsInTheWayIsNotRemovedOnAnotherConnection(t *testing.T) {
	t.Parallel()
	f := newForgetful(t)
	w := onServer(t, f.server, newClock())
	w.store(session("s"), "a", "kept")
	f.keep()
	w.comesBack(0)
	if _, err := w.js.Publish(t.Context(), segmentSubject(ownerSubject(w.short.root, session("s")), "r"), []byte("no segment")); err != nil {
		t.Fatal(err)
	}
	var other *world
	var once sync.Once
	w.Tiers.log = zerolog.New(io.Discard).Hook(zerolog.HookFunc(func(*zerolog.Event, zerolog.Level, string) {
		once.Do(func() { // it has been found
			other = f.overtake(w, 3)
		})
	}))
	_, _, _ = w.Applied(t.Context(), session("s"), "r", 0)
	if n := other.segments(session("other")); n != 3 {
		t.Errorf("%d of another session's 3 segments are left", n)
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

// overtake has the server lose its newest messages, and gives their sequences to so
// many of another session, by the worker that it returns, before w is back.
func (f *forgetful) overtake(w *world, n int, change ...func(*Config)) *world {
	f.t.Helper()
	before := w.nc.Stats().Reconnects
	f.lose()
	other := onServer(f.t, f.server, w.clock, change...)
	for i := range n {
		other.store(session("other"), fmt.Sprintf("i%02d", i), "new")
	}
	w.comesBack(before)
	return other
}

// comesBack waits until a connection that had been lost so often is there again.
func (w *world) comesBack(before uint64) {
	w.t.Helper()
	await.That(w.t, "the worker is back", func() bool { return w.nc.Stats().Reconnects > before && w.nc.IsConnected() })
}
