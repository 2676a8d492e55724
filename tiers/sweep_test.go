package tiers

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
)

// Silence is not the end of a stream: what was not seen is left to the next sweep.
func TestASweepDoesNotTakeSilenceForTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, consumer := w.nothingToCome()
	c, owners := w.newCollection(), newRoll()
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
		_, err := c.fetch(ctx, consumer, 1, newRoll())
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

// nothingToCome gives the stream of a bucket, and a consumer of what it does not have.
func (w *world) nothingToCome() (jetstream.Stream, jetstream.Consumer) {
	w.t.Helper()
	w.store(session("s"), "a", "1")
	stream, err := w.js.Stream(w.t.Context(), w.short.stream.Name)
	if err != nil {
		w.t.Fatal(err)
	}
	consumer, err := stream.OrderedConsumer(w.t.Context(), jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: 100,
	})
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
