package worker

import (
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/page"
)

// A job is not to blame for a tier that does not answer, nor for a worker that is
// full: that lasts for more attempts than a job has and buries none, and what it
// put off so often is not taken for a job that stops its workers.
func TestAnOutageBuriesNoJob(t *testing.T) {
	t.Parallel()
	for _, code := range []messages.Code{messages.CodeUnavailable, messages.CodeOverloaded} {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			log := &failingLog{err: messages.Errorf(code, "not now")}
			log.failures.Store(8)
			r.start(options{
				config: func(c *Config) { c.MaxAttempts, c.RetryBase, c.RetryCap = 2, time.Millisecond, 10*time.Second },
				deps:   func(d *Deps) { log.Log, d.Log = d.Log, log },
			})
			must[messages.StoreReply](t, r.submit(aStore))
			r.idle()
			if n := len(r.deadLetters()); n != 0 {
				t.Errorf("%d dead letters", n)
			}
			if n := list(t, r.ask, messages.ListRequest{Session: "s"}).Total; n != 1 {
				t.Errorf("%d items; want 1", n)
			}
		})
	}
}

// Nor does it when other workers have started since, who know nothing of it: the
// ledger tells them, as long as the job would be tried. Past that it is taken
// for one that stops its workers.
func TestAnOutageIsKnownToWorkersThatStartLater(t *testing.T) {
	t.Parallel()
	for name, patient := range map[string]bool{"in time": true, "too late": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const attempts = 2
			r := newRig(t)
			log := &failingLog{err: messages.Errorf(messages.CodeUnavailable, "no leader")}
			log.failures.Store(1 << 40)
			o := options{
				config: func(c *Config) { c.MaxAttempts = attempts },
				deps:   func(d *Deps) { log.Log, d.Log = d.Log, log },
			}
			w := r.start(o)
			inbox, got := r.spy()
			r.publish(aStore.with(func(c *call) { c.reply = inbox }))
			stopsAfter(t, w, attempts)
			o.deps = nil
			if !patient {
				o.config = func(c *Config) { c.MaxAttempts, c.Patience = attempts, time.Nanosecond }
			}
			r.start(o)
			r.idle()
			if n := len(r.deadLetters()); n != 0 {
				t.Errorf("%d dead letters", n)
			}
			for _, m := range got() {
				if m.Header.Get(envelope.HeaderErrorCode) != "" {
					t.Errorf("it was answered with %s", m.Data)
				}
			}
			if suspect := r.begunAlone("begun") == 1; suspect == patient {
				t.Errorf("taken for one that may stop its workers: %t", suspect)
			}
		})
	}
}

// stopsAfter stops a worker that has put a job off more often than it may fail.
func stopsAfter(t *testing.T, w *running, attempts float64) {
	t.Helper()
	await.That(t, "it is tried more often than it may fail", func() bool {
		return testutil.ToFloat64(w.metrics.settled.WithLabelValues("retried")) > attempts
	})
	w.stop()
	if err := <-w.ended; err != nil {
		t.Fatal(err)
	}
}

// The same of a job that only reads, of which the ledger knows nothing else.
func TestAnOutageIsKnownOfReadsToo(t *testing.T) {
	t.Parallel()
	const attempts = 2
	r := newRig(t)
	down := page.View{Err: messages.Errorf(messages.CodeUnavailable, "no leader")}
	o := options{
		config: func(c *Config) { c.MaxAttempts = attempts },
		deps: func(d *Deps) {
			d.Reader = hookedReader{Reader: d.Reader, after: func(s, u *page.View) { *s, *u = down, down }}
		},
	}
	w := r.start(o)
	inbox, got := r.spy()
	r.publish(aList.with(func(c *call) { c.reply = inbox }))
	stopsAfter(t, w, attempts)
	o.deps = nil
	r.start(o)
	r.idle()
	if answers := got(); len(answers) != 1 || answers[0].Header.Get(envelope.HeaderErrorCode) != "" {
		t.Errorf("answers %+v; want the list", answers)
	}
}

// What fails for a reason of its own is not excused, however young it is.
func TestOnlyOutagesAreExcused(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_790_000_000_000)
	w := &Worker{cfg: Config{Patience: time.Hour}, deps: Deps{Clock: func() time.Time { return now }}}
	for _, c := range []struct {
		code messages.Code
		age  time.Duration
		want bool
	}{
		{messages.CodeUnavailable, time.Minute, true},
		{messages.CodeOverloaded, time.Minute, true},
		{messages.CodeInternal, time.Minute, false},
		{messages.CodeDeadline, time.Minute, false},
		{messages.CodeUnavailable, 2 * time.Hour, false},
	} {
		j := &job{w: w, delivery: delivery{streamTime: now.Add(-c.age)}}
		if got := j.excused(messages.Errorf(c.code, "x")); got != c.want {
			t.Errorf("%s at the age of %v: excused %t, want %t", c.code, c.age, got, c.want)
		}
		if j.excused(messages.Caused(c.code, fmt.Errorf("a tier: %w", page.ErrNotReached), "x")) {
			t.Errorf("%s at the age of %v is excused, though its own revision was not there", c.code, c.age)
		}
	}
}

// That a job failed in passing explains no later deliveries of it: it may stop
// its workers all the same. It is explained by failures past what it may have.
func TestOneFailureInPassingDoesNotExplainLaterDeliveries(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.MaxAttempts = 3 }})
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), time.Minute)
	for attempts := uint64(1); attempts <= 3; attempts++ {
		b.attempts = attempts
		b.remember(t.Context(), b.whole)
		if suspect, err := b.unexplained(t.Context(), b.whole); suspect != (attempts < 3) || err != nil {
			t.Errorf("after a failure at delivery %d of 3: suspect %t, %v", attempts, suspect, err)
		}
	}
}

func TestAnOutageIsRememberedForAWhile(t *testing.T) {
	t.Parallel()
	var o outage
	now := time.UnixMilli(1_790_000_000_000)
	if o.recent(now, time.Hour) {
		t.Error("there was one before any")
	}
	o.note(nil, now)
	o.note(messages.Errorf(messages.CodeConflict, "x"), now)
	o.note(messages.Errorf(messages.CodeOverloaded, "full: who asks for much could excuse poison"), now)
	if o.recent(now, time.Hour) {
		t.Error("what is no outage was taken for one")
	}
	o.note(messages.Errorf(messages.CodeUnavailable, "x"), now)
	if !o.recent(now.Add(time.Second), time.Minute) || o.recent(now.Add(time.Minute), time.Minute) {
		t.Error("it is to be remembered for a minute, and no longer")
	}
}

// A revision that is nowhere is the request's own fault, and at once: its job is
// not tried for an hour, and is no sign of an outage, which would excuse poison.
func TestARevisionThatIsNowhereIsNoOutage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("one")})
	text, never := "x", uint64(1)<<62
	update := call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Revision: never, Text: &text}}
	fails(t, r.ask(update), messages.CodeBadRequest)
	fails(t, r.submit(update), messages.CodeBadRequest)
	fails(t, r.submit(aList.with(func(c *call) {
		c.body = messages.ListRequest{Session: "s", MinRevision: &messages.Revision{Session: never}}
	})), messages.CodeBadRequest)
	r.idle()
	if w.outage.recent(time.Now(), time.Hour) {
		t.Error("an outage was noted")
	}
	if letters := r.deadLetters(); len(letters) != 1 || letters[0].Header.Get(DeadAttempts) != "1" {
		t.Errorf("%d dead letters; want the update, of its first attempt", len(letters))
	}
}

// A ledger or a tier that is silent for as long as a job may take is an outage
// too, though it is the job's time that ends, where the ack wait is short: the
// job is put off, however often, and done when it is answered again.
func TestSilenceForAllOfAJobsTimeBuriesNoJob(t *testing.T) {
	t.Parallel()
	for _, bucket := range []string{"ctx_ledger", "ctx_short"} {
		t.Run(bucket, func(t *testing.T) {
			t.Parallel()
			const attempts = 2
			r := newRig(t)
			w := r.start(options{
				tiers:  func(c *tiers.Config) { c.Streams.AckWait = time.Second },
				config: func(c *Config) { c.MaxAttempts = attempts },
			})
			speak := r.silence(bucket)
			inbox, got := r.spy()
			r.publish(aStore.with(func(c *call) { c.reply = inbox }))
			retried := func() float64 { return testutil.ToFloat64(w.metrics.settled.WithLabelValues("retried")) }
			await.That(t, "it is tried more often than it may fail", func() bool { return retried() > attempts || r.count("CTX_JOBS") == 0 })
			speak()
			r.idle()
			if n := len(r.deadLetters()); n != 0 {
				t.Errorf("%d dead letters", n)
			}
			for _, m := range got() {
				if code := m.Header.Get(envelope.HeaderErrorCode); code != "" {
					t.Errorf("it was answered with %s: %s", code, m.Data)
				}
			}
			if n := list(t, r.ask, messages.ListRequest{Session: "s"}).Total; n != 1 {
				t.Errorf("%d items; want 1", n)
			}
		})
	}
}
