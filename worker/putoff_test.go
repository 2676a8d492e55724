package worker

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
)

// aLateness is that of a job of ten bytes that nothing but its turn delays.
var aLateness = lateness{bytes: 10, bounds: putOffBounds{jobs: 1000, bytes: 1 << 20}, left: time.Hour}

// However many jobs a key has put off, they come again one after the other, as
// fast as its rate allows, and those whose turn would be too late do not wait.
func TestJobsThatArePutOffComeBackOneByOne(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	r := newRates()
	v := verifiedBy(t, envelope.Key{ID: "k", Rate: 10, Burst: 1}, now)
	job := aLateness
	job.left = 5 * time.Second
	for i := 1; i <= 50; i++ {
		want := time.Duration(i) * 100 * time.Millisecond
		if got, failure := r.putOff(v, now, job); got.Round(time.Microsecond) != want || failure != nil {
			t.Fatalf("the %d. job is put off for %s, %v; want %s", i, got, failure, want)
		}
	}
	for range 3 {
		if _, failure := r.putOff(v, now, job); failure == nil || failure.Code != messages.CodeRateLimited || failure.RetryAfterMS != 5100 {
			t.Fatalf("a job whose turn comes after it expired: %+v", failure)
		}
	}
	job.left = time.Hour
	if got, failure := r.putOff(v, now, job); got != 5100*time.Millisecond || failure != nil {
		t.Errorf("one that lives for longer is put off for %s, %v; want the next turn", got, failure)
	}
}

// What a bundle owes is paid before the first of those turns: who came sooner
// would only be put off again, and have taken a turn for it.
func TestTurnsBeginWhenWhatIsOwedIsPaid(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	r := newRates()
	v := verifiedBy(t, envelope.Key{ID: "k", Rate: 10, Burst: 2}, now)
	if wait := r.take(v, 12, now); wait != 0 {
		t.Fatalf("a bundle waits %s while there is rate left", wait)
	}
	for i := 1; i <= 5; i++ {
		want := time.Second + time.Duration(i)*100*time.Millisecond
		got, failure := r.putOff(v, now, aLateness)
		if got.Round(time.Microsecond) != want || failure != nil {
			t.Fatalf("the %d. job is put off for %s, %v; want %s", i, got, failure, want)
		}
		if wait := r.take(v, 1, now.Add(got+time.Millisecond)); wait != 0 {
			t.Errorf("the %d. job comes in vain: it waits %s more", i, wait)
		}
	}
}

func TestAJobStaysAwayForLongerEachTimeButNotPastItsLife(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	v := verifiedBy(t, envelope.Key{ID: "k", Rate: 1000, Burst: 1}, now)
	job := aLateness
	for _, c := range []struct{ least, left, want time.Duration }{
		{time.Minute, time.Hour, time.Minute},
		{time.Minute, 40 * time.Second, 30 * time.Second},
		{time.Minute, time.Second, 750 * time.Millisecond},
	} {
		job.least, job.left = c.least, c.left
		if got, failure := newRates().putOff(v, now, job); got != c.want || failure != nil {
			t.Errorf("%+v: put off for %s, %v", c, got, failure)
		}
	}
	job.left, job.shortest = 9*time.Millisecond, 10*time.Millisecond
	if _, failure := newRates().putOff(v, now, job); failure == nil {
		t.Error("one that is about to expire is put off")
	}
}

// However long it lives, a job is allowed all the deliveries on which it may be put
// off, those shortly before its end too: it has done nothing to be suspected for.
func TestAJobIsAllowedAllThatItIsPutOff(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	v := verifiedBy(t, envelope.Key{ID: "k", Rate: 1e6, Burst: 1}, now)
	w := &Worker{cfg: Config{}, deps: Deps{Clock: func() time.Time { return now }}}
	w.putOff = delays{base: 250 * time.Millisecond, limit: 2 * time.Minute, random: func() float64 { return 0 }}
	for _, life := range []time.Duration{time.Second, 10 * time.Second, 5 * time.Minute, time.Hour, 24 * time.Hour} {
		late, age := aLateness, time.Duration(0)
		late.shortest = w.putOff.base
		for n := uint64(1); ; n++ {
			late.least, late.left = w.putOff.after(n), life-age
			wait, failure := newRates().putOff(v, now, late)
			if failure != nil {
				break
			}
			age += wait
			j := &job{w: w, delivery: delivery{streamTime: now.Add(-age)}}
			if allowed := j.allowance(v); allowed < n {
				t.Fatalf("one that lives %s was put off %d times after %s, and is allowed %d deliveries", life, n, age, allowed)
			}
		}
	}
}

// Nor is it allowed so many that one which kills a worker each time that it comes,
// after the consumer's ack wait, is never taken for that.
func TestAJobOfAKeyWithARateThatKillsItsWorkersIsSuspected(t *testing.T) {
	t.Parallel()
	const ackWait = 30 * time.Second
	now := time.Unix(1000, 0)
	w := newRig(t).make(options{
		config: func(c *Config) { c.RetryBase, c.RetryCap = 0, 0 }, // as by default
		deps:   func(d *Deps) { d.Clock = func() time.Time { return now } },
	})
	v := verifiedBy(t, envelope.Key{ID: "k", Rate: 10, Burst: 1}, now)
	for n := 1; ; n++ {
		j := &job{w: w.Worker, delivery: delivery{streamTime: now.Add(-time.Duration(n) * ackWait)}}
		if uint64(n) > j.allowance(v) {
			return
		}
		if j.age() > time.Hour {
			t.Fatalf("after an hour and %d workers it is allowed %d deliveries", n, j.allowance(v))
		}
	}
}

func TestAKeyHasNoMorePutOffThanItMay(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	v := verifiedBy(t, envelope.Key{ID: "k", Rate: 1, Burst: 1}, now)
	accepted := func(r *rates, at time.Time, job lateness) (n int) {
		for range 100 {
			if _, failure := r.putOff(v, at, job); failure == nil {
				n++
			} else if failure.Code != messages.CodeRateLimited {
				t.Fatal(failure)
			}
		}
		return n
	}
	few, light, again, large := aLateness, aLateness, aLateness, aLateness
	few.bounds.jobs = 7
	light.bounds.bytes = 55
	again.bounds.jobs, again.again = 7, true
	large.bytes, large.bounds.bytes = 100, 55
	for name, c := range map[string]struct {
		job  lateness
		want int
	}{"by number": {few, 7}, "by bytes": {light, 5}, "delivered before": {again, 14}, "one that is larger than all": {large, 1}} {
		r := newRates()
		if n := accepted(r, now, c.job); n != c.want {
			t.Errorf("%s: %d were put off; want %d", name, n, c.want)
		}
		// The first of them is due: another may be put off.
		if n := accepted(r, now.Add(time.Second), c.job); n != 1 {
			t.Errorf("%s: after a second %d more were put off; want 1", name, n)
		}
	}
}

// A rate may be so low that its next token is further off than a time can say: no job
// waits for that.
func TestNoJobWaitsForARateThatNeverComes(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	for _, perSecond := range []float64{1e-9, 1e-12, 1e-300} {
		r, v := newRates(), verifiedBy(t, envelope.Key{ID: "k", Rate: perSecond, Burst: 1}, now)
		for range 3 {
			if after, failure := r.putOff(v, now, aLateness); failure == nil || failure.Code != messages.CodeRateLimited || failure.RetryAfterMS <= 0 {
				t.Errorf("%g a second: put off for %s, %+v", perSecond, after, failure)
			}
		}
	}
}

func TestTheBoundIsAShareOfTheConsumers(t *testing.T) {
	t.Parallel()
	for pending, want := range map[int]int{-1: 4096, 0: 4096, 1: 1, 64: 4, 1 << 15: 2048, 1 << 17: 4096} {
		if got := (putOffBounds{jobs: 4096}).within(pending).jobs; got != want {
			t.Errorf("of %d that may be unacknowledged a key has %d; want %d", pending, got, want)
		}
	}
}

// A key without any rate left has its jobs put off up to its bound. All others
// are answered, and are dead letters; none is lost, and none keeps another's out.
func TestAFloodOfAKeyPastItsRateIsBuried(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.admit(envelope.Key{ID: "snail", Grants: []messages.Grant{messages.GrantWrite}, Rate: 1e-4, Burst: 1})
	const pending, flood = 64, 100
	const bound, excess = pending / putOffShare, flood - 1 - pending/putOffShare
	trail := &auditTrail{}
	w := r.start(options{
		tiers:  func(c *tiers.Config) { c.Streams.MaxAckPending = pending },
		config: func(c *Config) { c.RateWait, c.RefusalAudits = time.Millisecond, 1 },
		deps: func(d *Deps) {
			now := time.Now()
			d.Audit, d.Clock = trail, func() time.Time { return now }
		},
	})
	slow := aStore
	slow.key, slow.life = "snail", 23*time.Hour
	inbox, got := r.spy()
	for i := range flood {
		if slow.reply = ""; i%2 == 0 {
			slow.reply = inbox
		}
		r.publish(slow)
	}
	must[messages.StoreReply](t, r.submit(aStore))
	buried := func() float64 { return testutil.ToFloat64(w.metrics.dead.WithLabelValues("rate_limited")) }
	await.That(t, "what is past the bound is buried", func() bool { return buried() >= excess })
	await.That(t, "the bound is left", func() bool { return r.count("CTX_JOBS") == bound })
	letters := r.deadLetters()
	if len(letters) != excess || letters[0].Header.Get(DeadCode) != "rate_limited" {
		t.Errorf("%d dead letters; want %d", len(letters), excess)
	}
	answers := map[string]int{}
	for _, m := range got() {
		answers[m.Header.Get(envelope.HeaderErrorCode)]++
	}
	if done, limited := answers[""], answers["429"]; done > 1 || done+limited < flood/2-bound {
		t.Errorf("answers by status: %v", answers)
	}
	if n := testutil.ToFloat64(w.metrics.rateDelays); n != bound {
		t.Errorf("%v deliveries were put off; want %d", n, bound)
	}
	if n := len(trail.of(messages.AuditPerformed)); n > 12 {
		t.Errorf("a flood of %d letters left %d audit records; want a burst of 10 and those of the two jobs that were done", excess, n)
	}
}
