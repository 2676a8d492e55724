package worker

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A job of which something may be done is not given up because its key's rate does
// not come to it before it expires: it would be done again when its letter is
// replayed, and of a bundle the letter could not tell what was done. It owes.
func TestWhatWasBegunIsNotGivenUpForItsKeysRate(t *testing.T) {
	t.Parallel()
	for name, requests := range map[string][]any{
		"one":      {turn("poison")},
		"a bundle": {turn("a"), turn("poison"), turn("b")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.admit(envelope.Key{ID: "snail", Grants: []messages.Grant{messages.GrantWrite}, Rate: 1.0 / 300, Burst: 1})
			log := newPoisonLog(1)
			w := r.start(options{deps: log.poison})
			c := stores.together(t, requests...).with(func(c *call) { c.key = "snail" })
			for place, o := range r.submitTogether(c).untilDone(len(requests)) {
				if o.failed != nil {
					t.Errorf("request %d: %v", place, o.failed)
				}
			}
			r.idle()
			if n := len(r.deadLetters()); n != 0 {
				t.Errorf("%d dead letters; want none", n)
			}
			if n := testutil.ToFloat64(w.metrics.settled.WithLabelValues("retried")); n != 1 {
				t.Errorf("it came again %v times; want once, or the test shows nothing", n)
			}
			late := call{key: "snail", op: messages.OpStore, body: turn("c")}
			refused := fails(t, r.submit(late), messages.CodeRateLimited)
			// Each of them was begun twice. Each request takes the rate five minutes.
			if owed := int64(2*len(requests)-1) * 300_000; refused.RetryAfterMS < owed {
				t.Errorf("the next may come after %d ms; want what is owed paid first, %d", refused.RetryAfterMS, owed)
			}
		})
	}
}

// Whether it was begun a ledger that does not answer cannot tell: it comes again.
func TestWhatMayHaveBeenBegunIsNotGivenUpForItsKeysRate(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{
		config: func(c *Config) { c.RateWait = time.Nanosecond },
		deps:   func(d *Deps) { d.Ledger = forgetfulLedger{} },
	})
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")).with(func(c *call) { c.key = "slow" }), time.Minute)
	w.rates.take(b.whole, 2, time.Now())
	got, in := b.letIn(t.Context(), b.whole, len(b.parts))
	if in || got.verdict != tryAgain || got.failure.Code != messages.CodeUnavailable {
		t.Errorf("let in %t, %+v; want it to come again", in, got)
	}
}

// What was begun and can wait for its key's rate waits, like any other.
func TestWhatWasBegunWaitsForItsKeysRateIfItCan(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.RateWait = time.Nanosecond }})
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")).with(func(c *call) { c.key = "slow" }), time.Minute)
	if again, err := w.once(t.Context(), b.whole, b.delivery, 0); again || err != nil {
		t.Fatal(again, err)
	}
	w.rates.take(b.whole, 2, time.Now())
	if got, in := b.letIn(t.Context(), b.whole, len(b.parts)); in || got.verdict != putOff || got.after <= 0 {
		t.Errorf("let in %t, %+v; want it put off", in, got)
	}
}

// A job whose key's rate comes to it later than jobs are held for is handed back at
// once: held, it would keep others out for as long.
func TestAJobIsNotHeldForLongerThanItMayBe(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	now := time.Now()
	for limit, want := range map[time.Duration]string{time.Second: "extend", time.Millisecond: ""} {
		w := r.make(options{
			config: func(c *Config) { c.RateWait = limit },
			deps:   func(d *Deps) { d.Clock = func() time.Time { return now } },
		})
		b := w.bundled(t, r, stores.together(t, turn("a")).with(func(c *call) { c.key = "slow" }), time.Minute) // 20 a second, 2 at once
		w.rates.take(b.whole, 2, now)
		m := &settledMsg{}
		if b.message = m; b.hold(t.Context(), b.whole, 1) || m.how != want {
			t.Errorf("held for up to %s: %q; want %q, and no rate left", limit, m.how, want)
		}
	}
}

// untilDone waits until n requests have their answers, some of them perhaps once more.
func (s *sending) untilDone(n int) map[int]outcome {
	s.r.t.Helper()
	done := make(map[int]outcome)
	for len(done) < n {
		clear(s.outcomes)
		s.next()
		for place, o := range s.outcomes {
			done[place] = o
		}
	}
	return done
}
