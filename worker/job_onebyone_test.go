package worker

import (
	"context"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages"
)

// bundled makes the work on a bundle that was stored some time ago, as of its ninth delivery.
func (w *running) bundled(t *testing.T, r *rig, c call, age time.Duration) *jobBundle {
	t.Helper()
	stored := time.Now().Add(-age)
	c.time, c.life = stored, 24*time.Hour
	m := r.message(messages.LaneJob, c)
	d := delivery{lane: messages.LaneJob, subject: m.Subject, header: m.Header, body: m.Data, name: "job:1", streamTime: stored, streamSeq: 1, attempts: 9}
	v, err := w.verify(d, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	b := &jobBundle{job: &job{w: w.Worker, delivery: d}, whole: v, answers: w.newBundle(v, time.Now())}
	if b.parts, err = b.answers.split(); err != nil {
		t.Fatal(err)
	}
	b.work, b.results = make([]job, len(b.parts)), make([]result, len(b.parts))
	return b
}

// A request for which those before it left no time is not to blame. Its turn
// comes, but what never leaves it any is not waited for for ever.
func TestARequestThatFindsNoTimeComesAgainForAWhile(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.Patience = time.Hour }})
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for age, want := range map[time.Duration]verdict{time.Minute: tryAgain, 2 * time.Hour: bury} {
		b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), age)
		if got := b.alone(t.Context(), over, b.parts[0]); got.verdict != want || got.failure == nil {
			t.Errorf("stored %s ago: %+v; want verdict %d", age, got, want)
		}
	}
	if n := r.count("KV_ctx_short"); n != 0 {
		t.Errorf("%d segments; want none: there was no time", n)
	}
}

// A ledger that cannot tell what was begun has nothing begun.
func TestNothingIsBegunAloneThatTheLedgerDoesNotKnow(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{
		config: func(c *Config) { c.Patience = time.Hour },
		deps: func(d *Deps) {
			d.Ledger = ledgerHook(func(context.Context, string, string, string, time.Duration) (bool, error) {
				return false, messages.Errorf(messages.CodeUnavailable, "down")
			})
		},
	})
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), time.Minute)
	if got := b.alone(t.Context(), t.Context(), b.parts[1]); got.verdict != tryAgain || got.failure.Code != messages.CodeUnavailable {
		t.Errorf("%+v; want it to come again", got)
	}
	if n := r.count("KV_ctx_short"); n != 0 {
		t.Errorf("%d segments; want none", n)
	}
}

// Each of the requests is the last once, so that one which takes all the time
// does not keep the others from a result for ever.
func TestOneByOneBeginsWithAnotherEachTime(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var order []string
	w := r.make(options{worker: func(w *Worker) {
		w.atCheckpoint = func(c checkpoint, v messages.Verified) {
			if c == afterLedger {
				order = append(order, v.ID())
			}
		}
	}})
	t.Cleanup(func() {
		w.crew.close()
		if err := w.crew.wait(context.Background()); err != nil {
			t.Error(err)
		}
	})
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b"), turn("c")), time.Minute)
	for n := range uint64(3) {
		b.attempts = 9 + n
		b.answers = w.newBundle(b.whole, time.Now())
		b.answers.open = len(b.parts)
		order = nil
		b.oneByOne(t.Context(), t.Context())
		if want := b.parts[n].ID(); len(order) != 3 || order[0] != want {
			t.Errorf("delivery %d began with %q of %d; want request %d", b.attempts, order[0], len(order), n)
		}
	}
	if n := r.count("KV_ctx_short"); n != 3 {
		t.Errorf("%d segments; want one of each request", n)
	}
	if n := testutil.ToFloat64(w.metrics.panics); n != 0 {
		t.Errorf("%v panics", n)
	}
}
