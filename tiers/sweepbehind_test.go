package tiers

import (
	"context"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

// A behindJS makes consumers as a replica does that is behind: what it has not got yet
// it does not tell of.
type behindJS struct {
	jetstream.JetStream
	has string // subjects that it has; "" for all
}

func (b *behindJS) CreateConsumer(ctx context.Context, stream string, cfg jetstream.ConsumerConfig) (jetstream.Consumer, error) {
	cfg.FilterSubject = b.has
	return b.JetStream.CreateConsumer(ctx, stream, cfg)
}

// The consumer of a sweep is on one replica, which may be behind the leader: what that
// did not have yet is the next sweep's.
func TestASweepThatReadsAReplicaThatIsBehindLeavesTheRestToTheNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("first"), "a", "1")
	w.store(session("late"), "a", "1")
	js := &behindJS{JetStream: w.js, has: ownerSubject(w.short.root, session("first"))}
	w.js = js
	c := w.newCollection()
	for i, want := range []float64{1, 2, 2} { // the first, the one that is late, none
		if err := c.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := metric(t, w.reg, "context_manager_gc_owners_total", "", ""); got != want {
			t.Fatalf("after sweep %d: %v owners looked at in all; want %v", i+1, got, want)
		}
		js.has = ""
	}
}

// A stream that came back without its newest messages, which counts on from before
// where the last sweep ended, is looked at from its beginning.
func TestASweepBeginsAnewInAStreamThatLostItsTail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.store(session("s"), "a", "1")
	if _, err := w.short.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := w.newCollection()
	c.sweeps = 1 // the next one is not full
	c.swept[w.short] = mark{upTo: last + 1, made: w.short.tail.made.Load()}
	if err := c.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := metric(t, w.reg, "context_manager_gc_owners_total", "", ""); got != 1 {
		t.Errorf("%v owners were looked at; want the one that there is", got)
	}
}

// An owner that cannot be looked after is counted, and keeps no other from it.
func TestAnOwnerThatCannotBeLookedAfterIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	damaged := puts(w.clock.now(), item("a", "1"))
	damaged[len(damaged)-1]++
	w.add(session("damaged"), "r", damaged)
	w.store(session("sound"), "a", "1")
	if err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{"gc_owners_total": 2, "gc_owner_failures_total": 1} {
		if got := metric(t, w.reg, "context_manager_"+name, "", ""); got != want {
			t.Errorf("%s is %v; want %v", name, got, want)
		}
	}
}
