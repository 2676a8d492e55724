package worker

import (
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// aBrokenBundle is one that cannot be taken apart.
var aBrokenBundle = call{op: messages.OpStore, body: []byte(`{"requests":[{}`)}

// A request that is malformed costs its key's rate, and so does a bundle.
func TestABrokenBundleCostsRate(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	limited := 0
	for range 20 {
		o := r.ask(aBrokenBundle.with(func(c *call) { c.key = "slow" }))
		if o.failed != nil && o.failed.Code == messages.CodeRateLimited {
			limited++
		}
	}
	if limited == 0 {
		t.Error("none of 20 bundles was past a rate of two")
	}
}

// A change that fails is audited, and a copy of it is a replay, which costs its key
// nothing. Each is counted, though it cannot be told of how many requests.
func TestABrokenBundleIsAuditedOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	w := r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	c := aBrokenBundle.with(func(c *call) { c.id, c.reply = newID(t), nats.NewInbox() }).withDefaults(r)
	m := r.message(messages.LaneAsk, c)
	publish := func(m *nats.Msg) error { return r.nc.PublishMsg(m) }
	fails(t, r.exchange(c, m, publish), messages.CodeBadJSON)
	fails(t, r.exchange(c, m, publish), messages.CodeReplayed)
	events := trail.of(messages.AuditPerformed)
	if len(events) != 1 || events[0].Code != messages.CodeBadJSON || events[0].ID != c.id {
		t.Errorf("audited %+v; want one change that failed", events)
	}
	for _, code := range []string{"bad_json", "replayed"} {
		await.That(t, code+" is counted", func() bool {
			return testutil.ToFloat64(w.metrics.requests.WithLabelValues("ask", "store", code)) == 1
		})
	}
}

// A defect in taking bundles apart is an error of the one that meets it, and ends no
// worker: on the job lane it is tried again, and then buried.
func TestABundleThatCannotBeTakenApartForADefectEndsNoWorker(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{
		config: func(c *Config) { c.MaxAttempts = 2 },
		worker: func(w *Worker) {
			w.atCheckpoint = func(c checkpoint, _ envelope.Verified) {
				if c == beforeSplit {
					panic("a defect")
				}
			}
		},
	})
	c := stores.together(t, turn("a"), turn("b"))
	fails(t, r.ask(c), messages.CodeInternal)
	fails(t, r.submit(c), messages.CodeInternal)
	r.idle()
	if letters := r.deadLetters(); len(letters) != 1 || letters[0].Header.Get(DeadAttempts) != "2" || letters[0].Header.Get(DeadPlaces) != "" {
		t.Errorf("dead letters %+v; want one of the whole, after two attempts", letters)
	}
	if n := testutil.ToFloat64(w.metrics.panics); n != 3 {
		t.Errorf("%v panics were counted; want 3", n)
	}
}
