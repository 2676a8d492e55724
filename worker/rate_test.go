package worker

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
)

// verifiedBy makes a verified request of a key.
func verifiedBy(t testing.TB, key envelope.Key, now time.Time) envelope.Verified {
	t.Helper()
	key.Secrets, key.Tenants, key.Grants = []envelope.Secret{secretOf(key.ID)}, []string{messages.AnyTenant}, messages.Grants[:]
	subjects, err := messages.NewSubjects("")
	if err != nil {
		t.Fatal(err)
	}
	ring, err := envelope.NewRing([]envelope.Key{key})
	if err != nil {
		t.Fatal(err)
	}
	signer, err := envelope.NewSigner(key.ID, key.Secrets[0], testAudience)
	if err != nil {
		t.Fatal(err)
	}
	subject := subjects.Job("t", messages.OpList)
	v, err := envelope.NewVerifier(testAudience, subjects, ring, envelope.Limits{}).Verify(envelope.Incoming{
		Lane: messages.LaneJob, Subject: subject, Now: now, StreamTime: now, Header: signer.Headers(envelope.Unsigned{
			Subject: subject, ID: "AAAAAAAAAAAAAAAAAAAAAA", Time: now.UnixMilli(), Expires: now.UnixMilli() + 1000,
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Who waits for as long as it was told is let in.
func TestWhoWaitsAsToldIsLetIn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		now := time.Unix(1000, 0)
		r := newRates()
		v := verifiedBy(t, envelope.Key{ID: "k", Rate: rapid.Float64Range(0.01, 5000).Draw(rt, "rate"), Burst: rapid.IntRange(1, 3).Draw(rt, "burst")}, now)
		for range 20 {
			wait := r.take(v, 1, now)
			if wait == 0 {
				continue
			}
			told := messages.Errorf(messages.CodeRateLimited, "wait").After(wait).RetryAfterMS
			now = now.Add(time.Duration(told) * time.Millisecond)
			if more := r.take(v, 1, now); more != 0 {
				rt.Fatalf("told to wait %d ms, and then %v more", told, more)
			}
		}
	})
}

// Who is refused spends nothing, however many are refused at the same moment:
// the next token comes when it would have come without them.
func TestManyRefusedAtOnceSpendNothing(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	r := newRates()
	v := verifiedBy(t, envelope.Key{ID: "k", Rate: 10, Burst: 1}, now)
	if r.take(v, 1, now) != 0 {
		t.Fatal("the first is refused")
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 5000 {
				if wait := r.take(v, 1, now); wait < 99*time.Millisecond || wait > 101*time.Millisecond {
					t.Errorf("told to wait %v; want the 100 ms that a token takes", wait)
					return
				}
			}
		})
	}
	all.Wait()
	if wait := r.take(v, 1, now.Add(101*time.Millisecond)); wait != 0 {
		t.Errorf("told to wait %v more after the time of one token", wait)
	}
}

// Of bundles that come at the same moment the second sees what the first owes.
func TestBundlesAtOnceSpendNoMoreThanOneAfterTheOther(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	v := verifiedBy(t, envelope.Key{ID: "k", Rate: 10, Burst: 64}, now)
	all := make([]*rates, 20000)
	for i := range all {
		all[i] = newRates()
	}
	passed := make([]atomic.Int64, len(all))
	var callers sync.WaitGroup
	for range 2 {
		callers.Go(func() {
			for i, r := range all {
				if r.take(v, messages.MaxBundle, now) == 0 {
					passed[i].Add(1)
				}
			}
		})
	}
	callers.Wait()
	for i := range passed {
		if n := passed[i].Load(); n != 1 {
			t.Fatalf("%d bundles of %d passed at once, of a burst of 64; want 1", n, messages.MaxBundle)
		}
	}
}

// What copies spent is there again, and no more than was: of one as of a bundle that owes.
func TestWhatCopiesSpentIsGivenBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		now := time.Unix(1000, 0)
		copied, other := newRates(), newRates()
		v := verifiedBy(t, envelope.Key{ID: "k", Rate: 8, Burst: rapid.IntRange(1, 5).Draw(rt, "burst")}, now)
		for range 20 {
			now = now.Add(time.Duration(rapid.IntRange(0, 20).Draw(rt, "eighths")) * time.Second / 64) // so that no float is rounded
			if n := rapid.IntRange(1, 9).Draw(rt, "requests"); copied.take(v, n, now) == 0 {
				copied.giveBack(v, n, now)
			}
			if got, want := copied.take(v, 1, now), other.take(v, 1, now); got != want {
				rt.Fatalf("the next may come after %s; want %s, as without copies", got, want)
			}
		}
	})
}

func TestRatesLetABurstThroughAndThenTheRate(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	r := newRates()
	v := verifiedBy(t, envelope.Key{ID: "k", Rate: 10, Burst: 3}, now)
	passed := 0
	for ms := range 1000 { // a request every millisecond of a second
		switch wait := r.take(v, 1, now.Add(time.Duration(ms)*time.Millisecond)); {
		case wait == 0:
			passed++
		case wait > 100*time.Millisecond:
			t.Fatalf("told to wait %s; want at most the 100 ms of one token", wait)
		}
	}
	if passed < 12 || passed > 13 {
		t.Errorf("%d of a thousand requests passed; want the burst of 3 and 10 a second", passed)
	}
	if r.take(verifiedBy(t, envelope.Key{ID: "free"}, now), 1, now) != 0 {
		t.Error("a key without a rate has to wait")
	}
}

func TestRatesFollowAReloadAndForgetIdleKeys(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	r := newRates()
	r.take(verifiedBy(t, envelope.Key{ID: "k", Rate: 1, Burst: 1}, now), 1, now)
	faster := verifiedBy(t, envelope.Key{ID: "k", Rate: 1000, Burst: 1}, now)
	r.take(faster, 1, now) // the reload is noticed
	if r.take(faster, 1, now.Add(2*time.Millisecond)) != 0 {
		t.Error("the key's new rate is not in force")
	}
	if wait, failure := r.putOff(faster, now, aLateness); wait > 2*time.Millisecond || failure != nil {
		t.Errorf("a job is put off for %s, %v; want the new rate's turn", wait, failure)
	}
	at := now.Add(time.Minute)
	wider := verifiedBy(t, envelope.Key{ID: "k", Rate: 1000, Burst: 3}, at)
	r.take(wider, 1, at)
	at = at.Add(time.Second)
	for n := range 4 {
		if wait := r.take(wider, 1, at); wait == 0 != (n < 3) {
			t.Errorf("request %d of a new burst of 3 waits %s", n, wait)
		}
	}
	now = at
	keeper, away := verifiedBy(t, envelope.Key{ID: "keeper", Rate: 10, Burst: 1}, now), aLateness
	away.least, away.left, away.bounds.jobs = 12*time.Hour, 24*time.Hour, 1
	if _, failure := r.putOff(keeper, now, away); failure != nil {
		t.Fatal(failure)
	}
	for i := range 3 * maxBuckets {
		now = now.Add(time.Second)
		r.take(verifiedBy(t, envelope.Key{ID: fmt.Sprintf("key%d", i), Rate: 10, Burst: 1}, now), 1, now)
	}
	if n := len(r.buckets); n > maxBuckets+1 {
		t.Errorf("%d buckets are kept", n)
	}
	if _, failure := r.putOff(keeper, now, away); failure == nil {
		t.Error("a key that has a job put off, as it may, was forgotten and has another put off")
	}
}

// Jobs that wait for their key's rate do not fill the worker: of those that
// would have to wait, a quarter of the slots holds some, and the others are put
// off. Here the rate does not come in time, and another key's job is done at once.
func TestJobsThatWaitForTheirRateLeaveRoomForOthers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.admit(envelope.Key{ID: "snail", Grants: []messages.Grant{messages.GrantWrite}, Rate: 1.0 / 300, Burst: 1})
	const slots = 4
	w := r.start(options{
		tiers: func(c *tiers.Config) { c.Streams.AckWait = time.Hour },
		config: func(c *Config) {
			c.JobInFlight, c.JobTimeout, c.RateWait, c.DrainTimeout = slots, 30*time.Minute, 1000*time.Hour, 100*time.Millisecond
		},
	})
	slow := aStore
	slow.key, slow.life = "snail", 10*patience
	for range 3 * slots {
		r.publish(slow)
	}
	await.That(t, "as many are held as may be, and others put off", func() bool {
		return testutil.ToFloat64(w.metrics.rateDelays) > 0
	})
	must[messages.StoreReply](t, r.submit(aStore))
	w.stop()
	<-w.ended // it was cut short: the one that is held waits for ever
}

// A message notes when it was given its whole time again.
type heldMsg struct {
	settledMsg
	extended time.Time
}

func (m *heldMsg) InProgress() error {
	m.extended = time.Now()
	return nil
}

// What a job waits for its key's rate is not taken from the time of its work:
// else a tier that had little left of that would be taken for one that is away.
func TestAJobThatWasHeldHasItsWholeTime(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var end time.Time
	w := r.make(options{deps: func(d *Deps) {
		d.Ledger = ledgerHook(func(ctx context.Context, _, _, _ string, _ time.Duration) (bool, error) {
			end, _ = ctx.Deadline()
			return false, messages.Errorf(messages.CodeUnavailable, "seen enough")
		})
	}})
	slow := r.message(messages.LaneJob, aStore.with(func(c *call) { c.key = "slow" }))
	d := delivery{lane: messages.LaneJob, subject: slow.Subject, header: slow.Header, body: slow.Data, streamTime: time.Now()}
	v, err := w.verify(d, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for w.rates.take(v, 1, time.Now()) == 0 {
	}
	m := &heldMsg{}
	j := &job{w: w.Worker, message: m, delivery: d}
	if got := j.attempt(t.Context(), v); got.verdict != tryAgain || m.extended.IsZero() {
		t.Fatalf("%+v, extended at %v; want a job that was held and came to the ledger", got, m.extended)
	}
	if end.Before(m.extended.Add(w.bounds.Load().timeout)) {
		t.Error("the wait was taken from the job's time")
	}
	if !w.held.TryAcquire(int64(w.cfg.JobInFlight / 4)) {
		t.Error("it is held still")
	}
}
