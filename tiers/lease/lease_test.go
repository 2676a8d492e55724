package lease

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
	"go.uber.org/goleak"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, natstest.Lasting()...) }

// short is about the shortest life that a lease may have.
const short = 3 * time.Second

// A world is a server with a stream of leases, as a deployment has it.
type world struct {
	t      *testing.T
	server *natsd.Server
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := natstest.Start(t)
	js, err := jetstream.New(natstest.Connect(t, s))
	if err != nil {
		t.Fatal(err)
	}
	_, err = js.CreateStream(t.Context(), jetstream.StreamConfig{
		Name: "LEASES", Subjects: []string{"lease.>"}, MaxMsgsPerSubject: 1, AllowMsgTTL: true, DenyDelete: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return &world{t: t, server: s}
}

// lease is the lease for another worker to hold.
func (w *world) lease(life time.Duration) *Lease {
	w.t.Helper()
	return w.leaseOn(natstest.Connect(w.t, w.server), life)
}

func (w *world) leaseOn(nc *nats.Conn, life time.Duration) *Lease {
	w.t.Helper()
	m, err := jet.NewMux(nc, 16)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := m.Close(); err != nil {
			w.t.Errorf("close: %v", err)
		}
	})
	return &Lease{
		Stream: jet.Stream{Mux: m, Name: "LEASES"}, Subject: "lease.gc", Holder: nuid.Next(),
		Life: life, ReadAttempt: 10 * time.Second, WriteAttempt: 10 * time.Second,
	}
}

func TestOneHolderAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var holding, most atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{}, 2)
	var held [2]atomic.Bool
	for i, l := range []*Lease{w.lease(15 * time.Second), w.lease(15 * time.Second)} {
		go func() {
			l.Hold(ctx, func(ctx context.Context) {
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
	await.That(t, "one holds the lease", func() bool { return held[0].Load() || held[1].Load() })
	// The other has perhaps not asked yet, so whoever asks now is refused.
	if _, err := w.lease(15 * time.Second).take(ctx); !jet.Conflicted(err) {
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
	w := newWorld(t)
	nc := natstest.Connect(t, w.server, nats.NoReconnect())
	killed, heir := w.leaseOn(nc, short), w.lease(short)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()

	if _, err := killed.take(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := heir.take(ctx); !jet.Conflicted(err) {
		t.Fatalf("a lease that is held was taken: %v", err)
	}
	nc.Close() // as by kill -9: nothing is renewed, nothing given back

	taken := make(chan struct{})
	finished := make(chan struct{})
	go func() {
		heir.Hold(ctx, func(ctx context.Context) { close(taken); <-ctx.Done() })
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
	w := newWorld(t)
	l := w.lease(short)
	revision, err := l.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	last := make(chan uint64, 1)
	go func() { last <- l.renew(ctx, revision) }()
	// Renewed at least once: the key has another sequence.
	await.That(t, "the lease is renewed", func() bool {
		have, err := l.Stream.Last(t.Context(), l.Subject, time.Second)
		return err == nil && have.Seq > revision
	})
	cancel()
	kept := <-last
	if kept <= revision {
		t.Fatalf("kept at %d after %d", kept, revision)
	}
	l.release(kept)
	if _, err := w.lease(short).take(t.Context()); err != nil {
		t.Fatalf("a lease that was given back cannot be taken: %v", err)
	}
}

// A lease whose work has ended is for another to have, and is not taken again at once.
func TestALeaseWhoseWorkHasEndedIsGivenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l, heir := w.lease(time.Hour), w.lease(time.Hour) // which does not expire meanwhile
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var runs atomic.Int64
	finished := make(chan struct{})
	go func() {
		l.Hold(ctx, func(context.Context) { runs.Add(1) })
		close(finished)
	}()
	await.That(t, "another takes it once the work has ended", func() bool {
		if runs.Load() == 0 {
			return false
		}
		_, err := heir.take(ctx)
		return err == nil
	})
	cancel()
	<-finished
	if n := runs.Load(); n != 1 {
		t.Errorf("the work was run %d times before another could have the lease", n)
	}
}

// One that is being renewed at that moment is given back as it was renewed.
func TestALeaseThatIsBeingRenewedIsGivenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	proxy := natstest.NewProxy(t, w.server.Addr().String())
	nc, err := nats.Connect(proxy.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	l, heir := w.leaseOn(nc, short), w.lease(short)
	revision, err := l.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	finished := make(chan struct{})
	go func() {
		l.keep(ctx, revision, func(ctx context.Context) { <-ctx.Done() })
		close(finished)
	}()
	proxy.Hold()
	await.That(t, "it is being renewed", proxy.Holds)
	cancel()
	for range 20 {
		jet.Pause(t.Context(), 5*time.Millisecond) // in which who does not wait for the answer goes on
	}
	proxy.Release()
	<-finished
	if _, err := heir.take(t.Context()); err != nil {
		t.Errorf("a lease that was given back cannot be taken: %v", err)
	}
}

func TestWorkThatEndsIsRunAgain(t *testing.T) {
	t.Parallel()
	l := newWorld(t).lease(short)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var runs atomic.Int64
	l.Hold(ctx, func(context.Context) {
		if runs.Add(1) == 2 {
			cancel()
		}
	})
	if n := runs.Load(); n != 2 {
		t.Errorf("run %d times; want 2", n)
	}
}

func TestALostLeaseEndsTheWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.lease(short)
	revision, err := l.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Stream.Purge(t.Context(), l.Subject, revision, l.WriteAttempt); err != nil {
		t.Fatal(err)
	}
	if _, err := w.lease(short).take(t.Context()); err != nil { // another has it now
		t.Fatal(err)
	}
	ended := make(chan struct{})
	l.keep(t.Context(), revision, func(ctx context.Context) { <-ctx.Done(); close(ended) })
	<-ended
}
