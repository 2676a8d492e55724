package tiers

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestOneHolderAtATime(t *testing.T) {
	t.Parallel()
	one := newWorld(t)
	two := onServer(t, one.server, one.clock)
	var holding, most atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{}, 2)
	var held [2]atomic.Bool
	for i, w := range []*world{one, two} {
		go func() {
			w.newLease("gc").hold(ctx, func(ctx context.Context) {
				if n := holding.Add(1); n > most.Load() {
					most.Store(n)
				}
				held[i].Store(true)
				<-ctx.Done()
				holding.Add(-1)
			})
			done <- struct{}{}
		}()
	}
	eventually(t, "one holds the lease", func() bool { return held[0].Load() || held[1].Load() })
	// The other has perhaps not asked yet, so whoever asks now is refused.
	if _, err := two.newLease("gc").take(ctx); !jet.Conflicted(err) {
		t.Errorf("a lease that is held was taken: %v", err)
	}
	cancel()
	<-done
	<-done
	if most.Load() != 1 {
		t.Fatalf("%d held the lease at once", most.Load())
	}
}

// A holder that is cut off does not give the lease back: it expires, and
// another takes it over.
func TestALeaseIsTakenOverFromWhoIsGone(t *testing.T) {
	t.Parallel()
	short := func(c *Config) { c.GC.LeaseLife = 3 * time.Second }
	s, clock := natstest.Start(t), newClock()
	nc := natstest.Connect(t, s, nats.NoReconnect())
	killed := onConn(t, s, nc, clock, short)
	heir := onServer(t, s, clock, short)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()

	if _, err := killed.newLease("gc").take(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := heir.newLease("gc").take(ctx); !jet.Conflicted(err) {
		t.Fatalf("a lease that is held was taken: %v", err)
	}
	nc.Close() // as by kill -9: nothing is renewed, nothing given back

	taken := make(chan struct{})
	finished := make(chan struct{})
	go func() {
		heir.newLease("gc").hold(ctx, func(ctx context.Context) { close(taken); <-ctx.Done() })
		close(finished)
	}()
	select {
	case <-taken:
	case <-time.After(30 * time.Second):
		t.Error("nobody took the lease over")
	}
	cancel()
	<-finished
}

func TestAHeldLeaseOutlivesItsTTLByRenewal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.GC.LeaseLife = 3 * time.Second })
	l := w.newLease("gc")
	revision, err := l.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	last := make(chan uint64, 1)
	go func() { last <- l.renew(ctx, revision) }()
	// Renewed at least once: the key has another sequence.
	eventually(t, "the lease is renewed", func() bool {
		have, err := l.stream.Last(t.Context(), l.subject, time.Second)
		return err == nil && have.Seq > revision
	})
	cancel()
	kept := <-last
	if kept <= revision {
		t.Fatalf("kept at %d after %d", kept, revision)
	}
	l.release(kept)
	if _, err := w.newLease("gc").take(t.Context()); err != nil {
		t.Fatalf("a lease that was given back cannot be taken: %v", err)
	}
}

func TestALostLeaseEndsTheWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.GC.LeaseLife = 3 * time.Second })
	l := w.newLease("gc")
	revision, err := l.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.stream.Purge(t.Context(), l.subject, revision, w.cfg.Write.Attempt); err != nil {
		t.Fatal(err)
	}
	if _, err := w.newLease("gc").take(t.Context()); err != nil { // another has it now
		t.Fatal(err)
	}
	ended := make(chan struct{})
	l.keep(t.Context(), revision, func(ctx context.Context) { <-ctx.Done(); close(ended) })
	<-ended
}
