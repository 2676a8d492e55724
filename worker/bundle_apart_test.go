package worker

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

// A request that takes long holds up no other of its bundle: each is answered
// while those that take longer are held, the quick ones together or one by one.
func TestASlowRequestOfABundleHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	slow, slower := newGate(), newGate()
	r.start(options{deps: func(d *Deps) {
		slow.holding("slow")(d)
		slower.holding("slower")(d)
	}})
	s := r.sendTogether(aList.together(t, listOf("a"), listOf("slower"), listOf("slow"), listOf("b")))
	held := func(n int, places ...int) {
		t.Helper()
		outcomes := s.until(n)
		for _, place := range places {
			if _, done := outcomes[place]; done {
				t.Fatalf("request %d was answered while it was held", place)
			}
		}
	}
	held(2, 1, 2)
	slow.open()
	held(3, 1)
	slower.open()
	for place, o := range s.until(4) {
		if o.failed != nil {
			t.Errorf("request %d: %v", place, o.failed)
		}
	}
}

// Requests of one bundle are carried out side by side: each here waits for the other.
func TestRequestsOfABundleAreCarriedOutSideBySide(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	both := make(chan struct{})
	var reading atomic.Int64
	r.start(options{deps: func(d *Deps) {
		d.Reader = sessionReader{Reader: d.Reader, before: func(ctx context.Context, _ string) {
			if reading.Add(1) == 2 {
				close(both)
			}
			select {
			case <-both:
			case <-ctx.Done():
			}
		}}
	}})
	for _, o := range r.askTogether(aList, listOf("a"), listOf("b")) {
		must[messages.ListReply](t, o)
	}
}

// A request that does not end in time has its own error, and the others their answers.
func TestARequestOfABundleEndsAtTheBundlesDeadline(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	block := newGate() // never opened
	w := r.start(options{deps: block.holding("slow")})
	s := r.sendTogether(aList.with(func(c *call) { c.life = time.Second }).together(t, listOf("slow"), listOf("a")))
	outcomes := s.until(2)
	fails(t, outcomes[0], messages.CodeDeadline)
	if outcomes[1].failed != nil && outcomes[1].failed.Code != messages.CodeDeadline { // of a machine that is busy
		t.Errorf("the other failed with %v", outcomes[1].failed)
	}
	await.That(t, "nothing is in flight", func() bool { return testutil.ToFloat64(w.metrics.inFlight.WithLabelValues("ask")) == 0 })
}

func TestAPanicInOneRequestOfABundleLeavesTheOthersWell(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{deps: func(d *Deps) {
		d.Reader = sessionReader{Reader: d.Reader, before: func(_ context.Context, session string) {
			if session == "boom" {
				panic("cannot read this")
			}
		}}
	}})
	outcomes := r.askTogether(aList, listOf("a"), listOf("boom"), listOf("b"))
	must[messages.ListReply](t, outcomes[0])
	fails(t, outcomes[1], messages.CodeInternal)
	must[messages.ListReply](t, outcomes[2])
	if n := testutil.ToFloat64(w.metrics.panics); n != 1 {
		t.Errorf("%v panics were counted; want 1", n)
	}
	await.That(t, "nothing is in flight", func() bool { return testutil.ToFloat64(w.metrics.inFlight.WithLabelValues("ask")) == 0 })
}

func TestADrainWaitsForAllOfABundle(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	block := newGate()
	w := r.start(options{deps: block.holding("slow")})
	s := r.sendTogether(aList.together(t, listOf("slow"), listOf("a")))
	s.until(1)
	w.stop()
	await.That(t, "it takes nothing more", w.crew.isClosed)
	select {
	case err := <-w.ended:
		t.Fatalf("the drain did not wait: %v", err)
	default:
	}
	block.open()
	for _, o := range s.until(2) {
		must[messages.ListReply](t, o)
	}
	if err := <-w.ended; err != nil {
		t.Error(err)
	}
}

// A bundle that was taken before the worker drains is carried out, though its
// requests begin when no other work does any more.
func TestABundleThatWasTakenBeginsInADrain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	block := newGate()
	ledger := &countingLedger{before: block.pass}
	w := r.start(options{deps: ledger.count})
	s := r.sendTogether(stores.together(t, turn("s"), turn("s"), turn("s")))
	block.waitFor(t, 1)
	w.stop()
	await.That(t, "it takes nothing more", w.crew.isClosed)
	block.open()
	for _, o := range s.until(3) {
		must[messages.StoreReply](t, o)
	}
	if err := <-w.ended; err != nil {
		t.Error(err)
	}
	r.start(options{})
	if n := r.total("s"); n != 3 {
		t.Errorf("%d items; want 3", n)
	}
}

func (c *crew) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// Work may begin more of its own when the crew is closed, and that is waited for too.
func TestACrewThatIsClosedDoesWhatItsWorkBegins(t *testing.T) {
	t.Parallel()
	c := newCrew()
	closed, release, begun := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var done atomic.Bool
	c.do(func() {
		<-closed
		c.also(func() {
			close(begun)
			<-release
			done.Store(true)
		})
	})
	c.close()
	close(closed)
	<-begun
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.wait(ended); !errors.Is(err, context.Canceled) {
		t.Fatalf("wait with work going on: %v", err)
	}
	close(release)
	if err := c.wait(t.Context()); err != nil || !done.Load() {
		t.Fatalf("wait: %v, and the work is done: %t", err, done.Load())
	}
}
