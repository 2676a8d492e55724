package worker

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
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
	b.each, b.results = make([]job, len(b.parts)), make([]result, len(b.parts))
	return b
}

// endsCrew ends the crew of a worker that does not run.
func (w *running) endsCrew(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		w.crew.close()
		if err := w.crew.wait(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// A request for which those before it left no time is not to blame, be it that
// there is no room beside them. Its turn comes, but what never leaves it any is not
// waited for for ever.
func TestARequestThatFindsNoTimeComesAgainForAWhile(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.MaxAttempts, c.JobInFlight, c.Patience = 2, 1, time.Hour }})
	w.endsCrew(t)
	if _, ok := w.jobs.more(); !ok { // the bundle's own
		t.Fatal("no room for one")
	}
	over, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	for name, carryOut := range map[string]func(*jobBundle){
		"one by one":     func(b *jobBundle) { b.oneByOne(t.Context(), over) },
		"no room at all": func(b *jobBundle) { b.sideBySide(t.Context(), over, false) },
	} {
		for _, c := range []struct {
			attempts uint64
			age      time.Duration
			want     verdict
		}{
			{9, time.Minute, tryAgain}, {9, 2 * time.Hour, bury},
			{1, 2 * time.Hour, tryAgain}, // it only waited for so long
		} {
			b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), c.age)
			b.attempts = c.attempts
			carryOut(b)
			if n := len(b.those(c.want)); n != 2 || b.results[0].failure == nil {
				t.Errorf("%s, stored %s ago, at delivery %d: %+v; want verdict %d of both", name, c.age, c.attempts, b.results, c.want)
			}
		}
	}
	if n := r.count("KV_ctx_short"); n != 0 {
		t.Errorf("%d segments; want none: there was no time", n)
	}
}

// What came to a result is known though the worker is being stopped, and cuts its
// work short: the next one takes it for nothing that stops workers.
func TestAResultIsKnownThoughTheWorkIsCutShort(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.MaxAttempts = 2 }})
	work, cut := context.WithCancel(t.Context())
	w.atCheckpoint = func(c checkpoint, _ envelope.Verified) {
		if c == afterEffect {
			cut()
		}
	}
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), time.Minute)
	if got := b.jobOf(b.parts[0]).alone(work, work, b.parts[0].Verified); got.verdict != acknowledge || work.Err() == nil {
		t.Fatalf("%+v; want it done as the work is cut short", got)
	}
	if stops, err := b.stops(t.Context(), b.parts[0].Verified); stops || err != nil {
		t.Errorf("it stops workers: %t, %v", stops, err)
	}
	b.remember(work, b.whole)
	if suspect, err := b.unexplained(t.Context(), b.whole); suspect || err != nil {
		t.Errorf("the job is suspect: %t, %v", suspect, err)
	}
}

// A ledger that is silent for all the time that it is given, as something comes to
// a result, is an outage: that later deliveries have none is explained.
func TestALedgerThatIsSilentAboutAResultIsAnOutage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for name, tell := range map[string]func(*jobBundle){
		"one request": func(b *jobBundle) { b.mark(t.Context(), b.parts[0].Verified, result{}) },
		"the job":     func(b *jobBundle) { b.remember(t.Context(), b.whole) },
	} {
		w := r.make(options{
			config: func(c *Config) { c.MaxAttempts, c.JobTimeout = 2, 4*time.Millisecond },
			deps: func(d *Deps) {
				d.Ledger = ledgerHook(func(ctx context.Context, _, _, _ string, _ time.Duration) (bool, error) {
					<-ctx.Done()
					return false, messages.Caused(messages.CodeDeadline, ctx.Err(), "time was up")
				})
			},
		})
		b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), time.Minute)
		if tell(b); !w.outage.recent(time.Now(), patience) {
			t.Errorf("%s: no outage was noted", name)
		}
	}
}

// What the ledger is told of has a quarter of a job's time: with what the work took
// that is less than the server waits before it delivers the job to another.
func TestWhatTheLedgerIsToldHoldsUpNoJobForLong(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var most time.Duration
	w := r.make(options{
		config: func(c *Config) { c.MaxAttempts, c.JobTimeout = 2, time.Hour },
		deps: func(d *Deps) {
			d.Ledger = ledgerHook(func(ctx context.Context, _, _, _ string, _ time.Duration) (bool, error) {
				deadline, _ := ctx.Deadline()
				most = time.Until(deadline)
				return true, nil
			})
		},
	})
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), time.Minute)
	if b.remember(t.Context(), b.whole); most <= 0 || most > 15*time.Minute {
		t.Errorf("of an hour it has %s; want a quarter at most", most)
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
	if got := b.jobOf(b.parts[1]).alone(t.Context(), t.Context(), b.parts[1].Verified); got.verdict != tryAgain || got.failure.Code != messages.CodeUnavailable {
		t.Errorf("%+v; want it to come again", got)
	}
	if n := r.count("KV_ctx_short"); n != 0 {
		t.Errorf("%d segments; want none", n)
	}
}

// A forgetfulLedger has every id, and does not tell who took it.
type forgetfulLedger struct{ ledgerHook }

func (forgetfulLedger) Taken(context.Context, string, string, string) (bool, error) {
	return false, messages.Errorf(messages.CodeUnavailable, "down")
}

// Nor is it taken for what stops workers, if the ledger does not tell.
func TestALedgerThatDoesNotTellBuriesNoRequest(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{
		config: func(c *Config) { c.Patience = time.Hour },
		deps: func(d *Deps) {
			d.Ledger = forgetfulLedger{func(context.Context, string, string, string, time.Duration) (bool, error) { return false, nil }}
		},
	})
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), time.Minute)
	if got := b.jobOf(b.parts[0]).alone(t.Context(), t.Context(), b.parts[0].Verified); got.verdict != tryAgain || got.failure.Code != messages.CodeUnavailable {
		t.Errorf("%+v; want it to come again", got)
	}
}

// That a worker was killed as it had a request alone may have been for another
// reason: once more it is begun. What it does not come back from then stops workers.
func TestARequestIsBuriedOnceItStoppedTwoWorkersAlone(t *testing.T) {
	t.Parallel()
	for killed, want := range []verdict{acknowledge, acknowledge, bury} {
		t.Run(fmt.Sprint(killed), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			w := r.make(options{config: func(c *Config) { c.MaxAttempts = 2 }})
			b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), time.Minute)
			w.atCheckpoint = func(c checkpoint, _ envelope.Verified) {
				if c == afterEffect {
					runtime.Goexit() // as a kill would: nothing of the handler runs any more
				}
			}
			for range killed {
				var dies sync.WaitGroup
				dies.Go(func() { b.jobOf(b.parts[0]).alone(t.Context(), t.Context(), b.parts[0].Verified) })
				dies.Wait()
			}
			w.atCheckpoint = nil
			if got := b.jobOf(b.parts[0]).alone(t.Context(), t.Context(), b.parts[0].Verified); got.verdict != want {
				t.Errorf("after %d kills: %+v; want verdict %d", killed, got, want)
			}
			if n := r.count("KV_ctx_short"); n != 1 {
				t.Errorf("%d segments; want its one", n)
			}
		})
	}
}

// That a request failed in passing explains for as long as it is tried why it came to
// nothing as it was begun. It does not for ever: what stops its workers later would go
// on until the job expires.
func TestAFailureInPassingDoesNotExplainForEverWhatStopsWorkers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age  time.Duration
		want verdict
	}{"as long as it is tried": {time.Minute, acknowledge}, "later": {2 * time.Hour, bury}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			log := &failingLog{err: messages.Errorf(messages.CodeUnavailable, "no leader")}
			log.failures.Store(1)
			w := r.make(options{
				config: func(c *Config) { c.MaxAttempts, c.Patience = 2, time.Hour },
				deps:   func(d *Deps) { log.Log, d.Log = d.Log, log },
			})
			b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), time.Minute)
			alone := func() result { return b.jobOf(b.parts[0]).alone(t.Context(), t.Context(), b.parts[0].Verified) }
			if got := alone(); got.verdict != tryAgain {
				t.Fatalf("%+v; want it to fail in passing", got)
			}
			b.streamTime = time.Now().Add(-c.age)
			w.atCheckpoint = func(c checkpoint, _ envelope.Verified) {
				if c == afterEffect {
					runtime.Goexit()
				}
			}
			for range 2 {
				var dies sync.WaitGroup
				dies.Go(func() { alone() })
				dies.Wait()
			}
			w.atCheckpoint = nil
			if got := alone(); got.verdict != c.want {
				t.Errorf("after it stopped two workers: %+v; want verdict %d", got, c.want)
			}
		})
	}
}

// What was done is done again as often as its bundle comes, however old that is: that
// it was begun so often does not make it suspect.
func TestWhatWasDoneAloneIsNeverSuspect(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.MaxAttempts, c.Patience = 2, time.Hour }})
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), 2*time.Hour)
	for n := range 4 {
		if got := b.jobOf(b.parts[0]).alone(t.Context(), t.Context(), b.parts[0].Verified); got.verdict != acknowledge {
			t.Errorf("begun %d times before: %+v; want it done", n, got)
		}
	}
	if n := r.count("KV_ctx_short"); n != 1 {
		t.Errorf("%d segments; want its one", n)
	}
}

// Each of the requests is the last once, so that one which takes all the time
// does not keep the others from a result for ever.
func TestEachDeliveryBeginsWithAnotherRequest(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var order []string
	w := r.make(options{
		config: func(c *Config) { c.JobInFlight = 1 },
		worker: func(w *Worker) {
			w.atCheckpoint = func(c checkpoint, v envelope.Verified) {
				if c == afterLedger {
					order = append(order, v.ID())
				}
			}
		},
	})
	w.endsCrew(t)
	if _, ok := w.jobs.more(); !ok { // the bundle's own
		t.Fatal("no room for one")
	}
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b"), turn("c")), time.Minute)
	for name, carryOut := range map[string]func(){
		"one by one":     func() { b.oneByOne(t.Context(), t.Context()) },
		"no room at all": func() { b.sideBySide(t.Context(), t.Context(), true) },
	} {
		for n := range uint64(3) {
			b.attempts = 9 + n
			b.answers = w.newBundle(b.whole, time.Now())
			b.answers.open = len(b.parts)
			order = nil
			carryOut()
			if want := b.parts[n].ID(); len(order) != 3 || order[0] != want {
				t.Errorf("%s: delivery %d began with %q of %d; want request %d", name, b.attempts, order[0], len(order), n)
			}
		}
	}
	if n := r.count("KV_ctx_short"); n != 3 {
		t.Errorf("%d segments; want one of each request", n)
	}
	if n := testutil.ToFloat64(w.metrics.panics); n != 0 {
		t.Errorf("%v panics", n)
	}
}

// Later workers are told that a bundle came to a result that is tried again, but
// not of one that is suspect: it has come to that by what stops nobody, one by one.
func TestThatABundleIsTriedAgainExplainsItsDeliveriesUnlessItIsSuspect(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.MaxAttempts = 2 }})
	for _, suspect := range []bool{true, false} {
		b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), time.Minute)
		b.message = &settledMsg{}
		b.results[0] = result{verdict: tryAgain}
		b.end(t.Context(), suspect)
		if unexplained, err := b.unexplained(t.Context(), b.whole); unexplained != suspect || err != nil {
			t.Errorf("suspect %t: unexplained %t, %v", suspect, unexplained, err)
		}
	}
}

// Of requests for which there is no room beside the others none is taken for another.
func TestWhatFailsBesideALineIsKnown(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.JobInFlight = 2 }})
	w.endsCrew(t)
	if _, ok := w.jobs.more(); !ok { // the bundle's own
		t.Fatal("no room for one")
	}
	b := w.bundled(t, r, stores.together(t, turn("a"), badStore, turn("b"), turn("c")), time.Minute)
	b.sideBySide(t.Context(), t.Context(), false)
	if failed, done := b.those(bury), b.those(acknowledge); len(failed) != 1 || failed[0].place != 1 || len(done) != 3 {
		t.Errorf("%d failed and %d were done; want the second to have failed and the 3 others done", len(failed), len(done))
	}
}
