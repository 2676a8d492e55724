package worker

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/worker/operations"
)

// Each request of a bundle spends one of its key's rate, the first ones first.
func TestAKeysRateIsEnforcedInABundle(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	now := time.Now()
	ledger := &countingLedger{}
	w := r.start(options{deps: func(d *Deps) {
		d.Clock = func() time.Time { return now }
		ledger.count(d)
	}})
	slow := stores.with(func(c *call) { c.key = "slow" }) // 20 a second, 2 at once
	outcomes := r.askTogether(slow, turn("a"), turn("b"), turn("c"), turn("d"), turn("a"))
	for place := range 5 {
		if place < 2 {
			must[messages.StoreReply](t, outcomes[place])
		} else if refused := fails(t, outcomes[place], messages.CodeRateLimited); refused.RetryAfterMS != 50 {
			t.Errorf("request %d: %+v; want to try again after 50 ms", place, refused)
		}
	}
	for session, want := range map[string]int{"a": 1, "b": 1, "c": 0, "d": 0} {
		if n := r.total(session); n != want {
			t.Errorf("session %s has %d items; want %d", session, n, want)
		}
	}
	// A bundle of which none is let through does not come to the ledger.
	before := ledger.entries.Load()
	for _, o := range r.askTogether(slow, turn("a"), turn("a")) {
		fails(t, o, messages.CodeRateLimited)
	}
	if n := ledger.entries.Load() - before; n != 0 {
		t.Errorf("%d entries in the ledger; want none", n)
	}
	await.That(t, "none of them keeps a place in flight", func() bool { return testutil.ToFloat64(w.metrics.inFlight.WithLabelValues("ask")) == 0 })
}

func TestEachRequestOfABundleCountsInFlight(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	block := newGate()
	w := r.start(options{config: func(c *Config) { c.AskInFlight = 4 }, deps: block.holding("held")})
	inFlight := func() float64 { return testutil.ToFloat64(w.metrics.inFlight.WithLabelValues("ask")) }
	three := r.sendTogether(aList.together(t, listOf("held"), listOf("held"), listOf("held")))
	block.waitFor(t, 3)
	if n := inFlight(); n != 3 {
		t.Errorf("%v requests are in flight; want 3", n)
	}
	block.open()
	three.until(3)
	await.That(t, "nothing is in flight", func() bool { return inFlight() == 0 })
	if n := testutil.ToFloat64(w.metrics.bundled); n != 3 {
		t.Errorf("%v requests are counted as bundled; want 3", n)
	}
}

func TestAdmissionOfMoreIsByCountAlone(t *testing.T) {
	t.Parallel()
	a := testAdmission(2, 10)
	one, _ := a.try(10)
	leave, ok := a.more()
	if !ok {
		t.Fatal("two must fit")
	}
	if n, bytes := testutil.ToFloat64(a.load.requests), testutil.ToFloat64(a.load.bytes); n != 2 || bytes != 10 {
		t.Errorf("%v requests with %v bytes are in flight; want 2 with 10", n, bytes)
	}
	if _, ok := a.more(); ok {
		t.Fatal("a third request was admitted")
	}
	leave()
	one()
	if n := testutil.ToFloat64(a.load.requests); n != 0 {
		t.Errorf("%v requests are in flight; want none", n)
	}
	if _, ok := a.more(); !ok {
		t.Fatal("no room after all have left")
	}
}

// sized answers a list with an object of as many bytes as its session's name says.
func sized(w *Worker) {
	w.operations[messages.OpList] = func(_ context.Context, r operations.Request) (any, error) {
		body, err := messages.Decode[messages.ListRequest](r.Body())
		if err != nil {
			return nil, err
		}
		n, err := strconv.Atoi(body.Session)
		return json.RawMessage(`{"x":"` + strings.Repeat("x", n-len(`{"x":""}`)) + `"}`), err
	}
}

// Answers that one message cannot carry together come in several. One that none
// can carry is an error, and the others are answered.
func TestAnswersToABundleThatAreTooLargeTogetherComeApart(t *testing.T) {
	t.Parallel()
	const payload = 64 << 10
	r := newRig(t, func(o *natsd.Options) { o.MaxPayload = payload })
	w := r.start(options{worker: sized, tiers: func(c *tiers.Config) { c.MaxMessageBytes = payload / 2 }})
	most := (&messages.PartReplies{}).Room(w.payloadRoom())
	sizes := []int{20_000, 20_000, most, 20_000, most + 1, 20_000, payload * 2, 20_000}
	requests := make([]any, len(sizes))
	for i, n := range sizes {
		requests[i] = listOf(strconv.Itoa(n))
	}
	for place, o := range r.askTogether(aList, requests...) {
		if n := sizes[place]; n > most {
			fails(t, o, messages.CodeTooLarge)
		} else if must[map[string]string](t, o); len(o.body) != n {
			t.Errorf("request %d is answered with %d bytes; want %d", place, len(o.body), n)
		}
	}
	if n := testutil.ToFloat64(w.metrics.repliesFailed); n != 0 {
		t.Errorf("%v replies failed; want none", n)
	}
}

// Answers of some size leave without waiting for others.
func TestLargeAnswersToABundleDoNotShareAMessage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{worker: sized})
	large := listOf(strconv.Itoa(partsBytes * 2 / 3))
	s := r.sendTogether(aList.together(t, large, large, listOf("100"), large, large))
	for place, o := range s.until(5) {
		if o.failed != nil {
			t.Errorf("request %d: %v", place, o.failed)
		}
	}
	for _, n := range s.sizes {
		if n > partsBytes {
			t.Errorf("a message has %d bytes; want at most %d, as each answer has less", n, partsBytes)
		}
	}
}
