package worker

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// One request fails in passing: the others are answered meanwhile, and done once.
func TestABundledJobThatFailsInPassingComesAgainAndDoesNothingTwice(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	log := newPoisonLog(always)
	w := r.start(options{deps: log.poison})
	s := r.submitTogether(stores.together(t, turn("a"), turn("poison"), turn("b")))
	first := s.until(2)
	must[messages.StoreReply](t, first[0])
	must[messages.StoreReply](t, first[2])
	log.faults.Store(0)
	r.idle()
	for s.outcomes[1].body == nil {
		clear(s.outcomes) // those that were answered before are answered again
		s.next()
	}
	must[messages.StoreReply](t, s.outcomes[1])
	for _, session := range []string{"a", "poison", "b"} {
		if n := r.total(session); n != 1 {
			t.Errorf("session %s has %d items; want 1", session, n)
		}
	}
	if n := r.count("KV_ctx_short"); n != 3 {
		t.Errorf("%d segments; want 3", n)
	}
	if n := testutil.ToFloat64(w.metrics.settled.WithLabelValues("retried")); n == 0 {
		t.Error("it was not tried again: the test shows nothing")
	}
}

// What fails for good waits for what fails in passing, so that there is one
// letter, which is written once all others are done.
func TestABundledJobHasOneLetterOfAllThatFailed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	log := newPoisonLog(always)
	r.start(options{
		config: func(c *Config) { c.MaxAttempts, c.Patience = 3, time.Nanosecond },
		deps:   log.poison,
	})
	c := stores.together(t, badStore, turn("s"), turn("poison")).with(func(c *call) { c.id = newID(t) })
	inbox, got := r.spy()
	c.reply = inbox
	r.publish(c)
	r.idle()
	letters := r.deadLetters()
	if len(letters) != 1 || letters[0].Header.Get(DeadPlaces) != "0,2" || letters[0].Header.Get(DeadAttempts) != "3" {
		t.Fatalf("dead letters %+v; want one of both, at the third delivery", letters)
	}
	if n := r.total("s"); n != 1 {
		t.Errorf("%d items; want 1", n)
	}
	if answers := placesOf(t, got()); answers[0] != 1 || answers[1] != 3 || answers[2] != 1 {
		t.Errorf("answers by place: %v; want one of each letter's requests, and one of the other at each delivery", answers)
	}
}

// A job that has expired before it would come again has its letter now, of what
// failed for good: nobody else would write it.
func TestABundledJobThatExpiresHasItsLetterBefore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		life    time.Duration
		letters int
	}{
		"it expires first": {time.Minute, 1}, "it comes again": {23 * time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			w := r.start(options{
				config: func(c *Config) { c.RetryBase, c.RetryCap = time.Hour, time.Hour },
				deps:   newPoisonLog(always).poison,
			})
			inbox, got := r.spy()
			r.publish(stores.together(t, turn("s"), badStore, turn("poison")).with(func(job *call) { job.reply, job.life = inbox, c.life }))
			await.That(t, "it is put off", func() bool { return testutil.ToFloat64(w.metrics.settled.WithLabelValues("retried")) == 1 })
			letters := r.deadLetters()
			if len(letters) != c.letters || len(letters) == 1 && letters[0].Header.Get(DeadPlaces) != "1" {
				t.Errorf("dead letters %+v; want %d, of what failed for good", letters, c.letters)
			}
			counted := func() bool {
				return testutil.ToFloat64(w.metrics.dead.WithLabelValues("bad_json")) == float64(c.letters)
			}
			await.That(t, "what there is of letters is counted", counted)
			if answers := placesOf(t, got()); answers[0] != 1 || answers[1] != c.letters || answers[2] != 0 {
				t.Errorf("answers by place: %v; want the first told, and the second if there is a letter", answers)
			}
		})
	}
}

// Without its letter nothing is settled, and nobody is told that it failed.
func TestABundledJobThatCannotBeBuriedStaysAJob(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	restore := r.loseDeadLetters()
	s := r.submitTogether(stores.together(t, turn("s"), badStore))
	await.That(t, "it is tried again", func() bool { return testutil.ToFloat64(w.metrics.settled.WithLabelValues("retried")) >= 2 })
	if n := r.count("CTX_JOBS"); n != 1 {
		t.Fatalf("%d jobs; want the one", n)
	}
	restore()
	r.idle()
	for s.outcomes[1].body == nil {
		delete(s.outcomes, 0)
		s.next()
	}
	fails(t, s.outcomes[1], messages.CodeBadJSON)
	if letters, n := len(r.deadLetters()), r.total("s"); letters != 1 || n != 1 {
		t.Errorf("%d letters and %d items; want one of each", letters, n)
	}
}

// In flight each request counts. Where there is no room for more, all are done, one after the other.
func TestABundledJobTakesNoMoreRoomThanThereIs(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	g := newGate()
	w := r.start(options{
		config: func(c *Config) { c.JobInFlight = 2 },
		deps:   g.holding("s"),
	})
	reads := make([]any, 5)
	for i := range reads {
		reads[i] = listOf("s")
	}
	s := r.submitTogether(aList.together(t, reads...))
	g.waitFor(t, 2)
	if n := testutil.ToFloat64(w.metrics.inFlight.WithLabelValues("job")); n != 2 || g.waiting.Load() != 2 {
		t.Errorf("%v in flight, %d at work; want 2, as many as there may be", n, g.waiting.Load())
	}
	g.open()
	for _, o := range s.until(len(reads)) {
		must[messages.ListReply](t, o)
	}
	r.idle()
	await.That(t, "nothing is in flight", func() bool { return testutil.ToFloat64(w.metrics.inFlight.WithLabelValues("job")) == 0 })
}

// A bundle of more requests than the rate has is done, and what it owes delays the next job.
func TestWhatABundledJobOwesDelaysTheNext(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	start := time.Now()
	var later atomic.Int64
	w := r.start(options{
		config: func(c *Config) { c.RateWait = time.Millisecond },
		deps:   func(d *Deps) { d.Clock = func() time.Time { return start.Add(time.Duration(later.Load())) } },
	})
	requests := make([]any, 12)
	for i := range requests {
		requests[i] = turn("s")
	}
	for _, o := range r.submitTogether(stores.together(t, requests...).with(func(c *call) { c.key = "slow" })).until(len(requests)) {
		must[messages.StoreReply](t, o)
	}
	if n := testutil.ToFloat64(w.metrics.rateDelays); n != 0 {
		t.Fatalf("%v delays before there is a debt", n)
	}
	r.publish(aStore.with(func(c *call) { c.key, c.time = "slow", start }))
	await.That(t, "the job after it is delayed", func() bool { return testutil.ToFloat64(w.metrics.rateDelays) > 0 })
	later.Store(int64(time.Second)) // when all is paid
	r.idle()
	if n := len(r.deadLetters()); n != 0 || r.total("s") != len(requests)+1 {
		t.Errorf("%d dead letters, %d items; want the job done", n, r.total("s"))
	}
}

// Each request counts for the key's rate: those past it are owed.
func TestABundledJobSpendsARequestOfTheRateForEach(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	rates := newRates()
	v := verifiedBy(t, envelope.Key{ID: "k", Rate: 10, Burst: 2}, now)
	if wait := rates.take(v, 7, now); wait != 0 {
		t.Fatalf("a bundle waits %s while there is rate left", wait)
	}
	if wait := rates.take(v, 1, now).Round(time.Millisecond); wait != 600*time.Millisecond {
		t.Errorf("the next waits %s; want 600ms, for the 5 that are owed and its own", wait)
	}
	if wait := rates.take(v, 1, now.Add(601*time.Millisecond)); wait != 0 {
		t.Errorf("it waits %s once all is paid", wait)
	}
	job := aLateness
	job.requests = 4
	for i, want := range []time.Duration{100 * time.Millisecond, 500 * time.Millisecond} {
		if wait, failure := rates.putOff(v, now, job); wait.Round(time.Microsecond) != want || failure != nil {
			t.Errorf("bundle %d is put off for %s, %v; want %s", i, wait, failure, want)
		}
	}
}
