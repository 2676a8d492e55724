package tiers

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/page"
)

// Silence is not the end of a stream: what was not seen is left to the next sweep.
func TestASweepDoesNotTakeSilenceForTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, consumer := w.nothingToCome()
	c, owners := w.newCollection(), newRoll(rollBytes)
	c.wait = 500 * time.Millisecond
	if pending, err := c.fetch(t.Context(), consumer, 1, owners); !errors.Is(err, errNoPage) || pending != 0 || len(owners.names) > 0 {
		t.Errorf("%d are to come, %d came, %v", pending, len(owners.names), err)
	}
}

// Who has lost the lease, or is to stop, waits for no subjects any more.
func TestASweepThatIsToEndWaitsForNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stream, consumer := w.nothingToCome()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	c := w.newCollection()
	c.wait = time.Hour
	go func() {
		_, err := c.fetch(ctx, consumer, 1, newRoll(rollBytes))
		ended <- err
	}()
	await.That(t, "the fetch waits", func() bool {
		for info := range stream.ListConsumers(t.Context()).Info() {
			if info.NumWaiting > 0 {
				return true
			}
		}
		return false
	})
	cancel()
	await.That(t, "the fetch ends", func() bool { return len(ended) > 0 })
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Nor does it try on where the stream that it reads has gone.
func TestASweepEndsWhereItsStreamIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, consumer := w.nothingToCome()
	w.deleteStream(w.short.stream.Name)
	ended := make(chan error, 1)
	c := w.newCollection()
	go func() {
		_, err := c.fetch(t.Context(), consumer, 1, newRoll(rollBytes))
		ended <- err
	}()
	await.That(t, "the fetch ends", func() bool { return len(ended) > 0 })
	if err := <-ended; err == nil {
		t.Error("nothing is told of a stream that has gone")
	}
}

// Subjects that are lost on their way are missed.
func TestASweepMissesSubjectsThatWereLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("lost"), "a", "1")
	w.store(session("comes"), "a", "1")
	c, owners := w.newCollection(), newRoll(rollBytes)
	consumer, err := c.reader(t.Context(), w.short, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := consumer.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.fetch(t.Context(), consumer, 1, owners); !errors.Is(err, errGap) || len(owners.names) > 0 {
		t.Errorf("%d owners were met, %v", len(owners.names), err)
	}
}

// A sweep ends where its stream ended when it began, though others write on.
func TestASweepEndsWhereTheStreamDid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 5 {
		w.store(session(fmt.Sprint("s", i)), "a", "1")
	}
	c, owners := w.newCollection(), newRoll(rollBytes)
	c.page = 1
	if more, err := c.meet(t.Context(), w.short, 2, 3, owners); err != nil || !more || len(owners.names) != 2 || owners.upTo != 3 {
		t.Errorf("%d owners were met up to %d, and there are more %v, %v", len(owners.names), owners.upTo, more, err)
	}
}

// One that is cut short is gone on with by the next.
func TestASweepGoesOnWhereTheLastHadLooked(t *testing.T) {
	t.Parallel()
	const owners = 50
	w := newWorld(t, func(c *Config) { c.GC.OwnersPerSec = 10 })
	for i := range owners {
		w.store(session(fmt.Sprint("s", i)), "a", "1")
	}
	c := w.newCollection()
	c.page, c.most = 1, 1 // each by itself
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.sweep(ctx) }()
	tended := func() float64 { return metric(t, w.reg, "context_manager_gc_owners_total", "", "") }
	await.That(t, "some owners are looked after", func() bool { return tended() > 2 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatalf("the sweep was not cut short: %v", err)
	}
	c.cfg.GC.OwnersPerSec = 1000
	if err := c.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := tended(); n < owners || n > owners+1 { // the one that was at hand twice
		t.Errorf("%v owners were looked after; want %d", n, owners)
	}
}

// What keeps a sweep from sessions does not keep it from users.
func TestATierThatIsGoneKeepsNoSweepFromTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.GC.UserItems = 1 })
	w.store(user("u"), "a", "1")
	w.store(user("u"), "b", "2")
	w.deleteStream(w.short.stream.Name)
	if err := w.Sweep(t.Context()); err == nil {
		t.Error("the sweep of a bucket that is gone is no failure")
	}
	if v, got := w.see(user("u"), page.Freshness{}); v.Page.Len() != 1 {
		t.Errorf("%q is left of a user who may have one item", got)
	}
}

// nothingToCome gives the stream of a bucket, and a consumer of what it does not have.
func (w *world) nothingToCome() (jetstream.Stream, jetstream.Consumer) {
	w.t.Helper()
	w.store(session("s"), "a", "1")
	stream, err := w.js.Stream(w.t.Context(), w.short.stream.Name)
	if err != nil {
		w.t.Fatal(err)
	}
	consumer, err := w.newCollection().reader(w.t.Context(), w.short, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	return stream, consumer
}

// A sweep reads by a consumer, of which an account has only so many.
func TestASweepLeavesNoConsumer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add(session("s"), "r", puts(w.clock.now(), item("a", "x")))
	w.sweepNow()
	for _, name := range []string{w.short.stream.Name, w.long.stream.Name} {
		stream, err := w.js.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if n := stream.CachedInfo().State.Consumers; n != 0 {
			t.Errorf("%s has %d consumers", name, n)
		}
	}
}
