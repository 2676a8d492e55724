package tiers

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// An append whose first attempt was stored, merged and forgotten by the server
// is tried again: it must not be stored a second time, over what came since.
func TestAnAppendTriedAgainDoesNotUndoWhatCameSince(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Segments = 1 })
	first := puts(w.clock.now(), item("a", "1"))
	seq := w.add(session("s"), "first", first)
	w.add(session("s"), "second", puts(w.clock.now(), item("a", "2")))
	if done, err := w.Compact(t.Context(), session("s")); err != nil || !done {
		t.Fatalf("merged: %v, %v", done, err)
	}
	again := appending{tier: w.short, wildcard: ownerSubject(w.short.root, session("s")), name: "first", data: first, tried: true, unclear: true}
	if got, err := again.try(t.Context()); err != nil || got != seq {
		t.Errorf("the second attempt gives %d, %v; the first was stored at %d", got, err, seq)
	}
	if v, got := w.see(session("s"), page.Freshness{Reload: true}); got != "a=2" {
		t.Errorf("%s at %d", got, v.Revision)
	}
}

// One whose first attempt was not stored is, and one whose name holds other
// bytes is refused.
func TestAnAppendTriedAgainIsStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.store(session("s"), "a", "1")
	data := puts(w.clock.now(), item("b", "2"))
	again := appending{tier: w.short, wildcard: ownerSubject(w.short.root, session("s")), name: "late", data: data, tried: true}
	if seq, err := again.try(t.Context()); err != nil || seq <= other {
		t.Fatalf("%d, %v", seq, err)
	}
	again.data = puts(w.clock.now(), item("b", "3"))
	if _, err := again.try(t.Context()); !errors.Is(err, errExists) {
		t.Fatalf("other bytes under the same name: %v", err)
	}
	if _, got := w.see(session("s"), page.Freshness{Reload: true}); got != "a=1 b=2" {
		t.Error(got)
	}
}

// under stores a segment under a condition that holds of another owner, as the
// server stores one that was overtaken: on several replicas it does not see
// what is not applied yet.
func (w *world) under(o messages.Owner, name string, other messages.Owner, after uint64) conditional {
	w.t.Helper()
	msg := &nats.Msg{Subject: segmentSubject(ownerSubject(w.short.root, o), name), Data: puts(w.clock.now(), item(name, "x"))}
	seq, err := w.mux.Publish(w.t.Context(), msg, jet.Expected{Subject: ownerSubject(w.short.root, other), Seq: after}, 0, w.cfg.Write.Attempt)
	if err != nil {
		w.t.Fatal(err)
	}
	return conditional{seq: seq, after: after}
}

// A segment that comes after an overtaken one was not overtaken by it. Its
// writer must come to the same verdict as all readers, who see the whole log:
// else it takes away what others have seen.
func TestASegmentAfterAnOvertakenOneCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.short.lead.replicated.Store(true)
	w.store(session("s"), "plain", "x")
	known := w.store(session("other"), "o", "x")
	over := w.under(session("s"), "over", session("third"), 0)
	sound := w.under(session("s"), "sound", session("other"), known)
	wildcard := ownerSubject(w.short.root, session("s"))
	if err := w.short.verify(t.Context(), wildcard, "sound", sound); err != nil {
		t.Errorf("a segment after an overtaken one: %v", err)
	}
	if err := w.short.verify(t.Context(), wildcard, "over", over); !errors.Is(err, errOvertaken) {
		t.Errorf("the overtaken one: %v", err)
	}
	if _, got := w.see(session("s"), page.Freshness{Reload: true}); got != "plain=x sound=x" {
		t.Error(got)
	}
}

// A leader that has not the segment which is asked about, since it was cut off
// and does not know its successor, cannot say that nothing came before it.
func TestWhoHasNotTheSegmentCannotVouchForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Read.Attempt = 100 * time.Millisecond })
	seq := w.store(session("s"), "a", "1")
	wildcard := ownerSubject(w.short.root, session("s"))
	for _, silent := range []bool{false, true} { // of the replica
		w.short.lead.replicated.Store(true) // until the leader is asked
		if silent {
			w.swallow(w.short)
		}
		if err := w.short.verify(t.Context(), wildcard, "b", conditional{seq: seq + 5, after: seq}); !errors.Is(err, errBehind) {
			t.Errorf("replica silent %t: %v; want that nothing is known", silent, err)
		}
	}
}

// Nor can it say that a request never had its effect.
func TestWhoHasNotComeThatFarCannotSayThatNothingWasApplied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seq := w.store(session("s"), "a", "1")
	wildcard := ownerSubject(w.short.root, session("s"))
	for seen, want := range map[uint64]error{seq: nil, seq + 1: errBehind} {
		w.short.lead.replicated.Store(true) // until the leader is asked
		if _, found, err := w.short.findAbsorbed(t.Context(), wildcard, "b", seen); found || !errors.Is(err, want) {
			t.Errorf("as of %d, read up to %d: %t, %v; want %v", seen, seq, found, err, want)
		}
	}
}
