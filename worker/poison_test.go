package worker

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers"
)

// A poisonLog fails what is stored into the session "poison", as long as that has
// faults, and counts that.
type poisonLog struct {
	appendHook
	faults, tried atomic.Int64
}

// always is more faults than a test can see.
const always = 1 << 40

func newPoisonLog(faults int64) *poisonLog {
	p := &poisonLog{}
	p.faults.Store(faults)
	return p
}

func (p *poisonLog) poison(d *Deps) {
	p.Log = d.Log
	p.before = func(o messages.Owner, _ string) error {
		if o.ID != "poison" || p.faults.Add(-1) < 0 {
			return nil
		}
		p.tried.Add(1)
		return messages.Errorf(messages.CodeUnavailable, "it fails in passing")
	}
	d.Log = p
}

// No job waits for a poison's next try. The worker has one slot, and a poison
// comes before each good job: one that can never succeed, which is buried, or
// one that always fails in passing, which is put off by an hour. All good jobs
// are done, in their order, while each of the others has been tried once.
func TestPoisonHoldsNothingThatOthersNeed(t *testing.T) {
	t.Parallel()
	const rounds = 40
	r := newRig(t)
	log := newPoisonLog(always)
	w := r.start(options{
		config: func(c *Config) { c.JobInFlight, c.JobBatch, c.RetryBase, c.RetryCap = 1, 4, time.Hour, time.Hour },
		deps:   log.poison,
	})
	inbox, got := r.spy()
	for i := range rounds {
		r.publish(call{op: messages.OpStore, body: messages.StoreRequest{Session: "poison", Items: turns("x")}})
		r.publish(call{op: messages.OpStore, body: []byte(`{"session":"s","items":[{"text":7}]}`)})
		id := fmt.Sprintf("i%02d", i)
		r.publish(call{op: messages.OpStore, reply: inbox, body: messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: id, Text: "x"}}}})
	}
	await.That(t, "only the poison that is put off is left", func() bool { return r.count("CTX_JOBS") == rounds })

	var order []string
	for _, m := range got() {
		_, rest, _ := strings.Cut(string(m.Data), `"ids":["`)
		id, _, _ := strings.Cut(rest, `"`)
		order = append(order, id)
	}
	if len(order) != rounds || !slices.IsSorted(order) {
		t.Errorf("the good jobs were answered as %q; want all %d, in order", order, rounds)
	}
	if n := log.tried.Load(); n != rounds {
		t.Errorf("poison was tried %d times; want each once", n)
	}
	if n := len(r.deadLetters()); n != rounds {
		t.Errorf("%d dead letters; want %d", n, rounds)
	}
	if !w.jobs.count.TryAcquire(1) {
		t.Error("poison that is put off has kept the slot")
	}
}

// A worker that stands still over its jobs keeps no more of them from others
// than it may fetch ahead.
func TestAWorkerThatIsStuckHoldsNoMoreJobsThanItMay(t *testing.T) {
	t.Parallel()
	const batch, all = 5, 60
	r := newRig(t)
	block := newGate()
	unhurried := func(c *tiers.Config) { c.Streams.AckWait = time.Hour } // nothing is taken from it for its slowness
	stuck := r.start(options{
		tiers:  unhurried,
		config: func(c *Config) { c.JobInFlight, c.JobBatch, c.JobTimeout = 1, batch, 30*time.Minute },
		deps:   func(d *Deps) { d.Reader = hookedReader{Reader: d.Reader, before: block.pass} },
	})
	defer block.open()
	still := aList
	still.life = 10 * patience // the worker goes on when the request ends
	r.publish(still)
	block.waitFor(t, 1)
	for range all {
		r.publish(aStore)
	}
	r.start(options{tiers: unhurried}) // the consumer is as the last to start wants it
	held := uint64(1 + 1 + batch)      // at work, at the door, fetched
	await.That(t, "the other has done the rest", func() bool { return r.count("CTX_JOBS") <= held })
	consumer, err := r.js.Consumer(t.Context(), "CTX_JOBS", "ctx-workers")
	if err != nil {
		t.Fatal(err)
	}
	if n := consumer.CachedInfo().NumPending; n != 0 {
		t.Errorf("%d jobs wait though a worker is free", n)
	}
	if stuck.ready() != nil {
		t.Error("the worker that is stuck is not the one that serves")
	}
}

// What other jobs take beside poison: with every tenth job comes one that
// fails in passing, twelve times over, and one that is buried. Compare the two
// p99 of one run.
func BenchmarkJobsBesidePoison(b *testing.B) {
	for _, poison := range []bool{false, true} {
		b.Run(fmt.Sprintf("poison=%t", poison), func(b *testing.B) {
			r := newRig(b)
			log := newPoisonLog(always)
			r.start(options{deps: log.poison, config: func(c *Config) { c.RetryBase, c.RetryCap = 250*time.Millisecond, 30*time.Second }})
			inbox := newBenchInbox(b, r.nc)
			var took []time.Duration
			for b.Loop() {
				if poison && len(took)%10 == 0 {
					r.sendJob(b, call{op: messages.OpStore, body: messages.StoreRequest{Session: "poison", Items: turns("x")}})
					r.sendJob(b, call{op: messages.OpStore, body: []byte(`{"session":"s","items":[{"text":7}]}`)})
				}
				began := time.Now()
				r.sendJob(b, call{op: messages.OpStore, reply: inbox.subject, body: messages.StoreRequest{Session: fmt.Sprint("s", len(took)/100), Items: turns("one turn")}})
				inbox.next(b)
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// sendJob publishes a job and waits for the stream alone.
func (r *rig) sendJob(b *testing.B, c call) {
	b.Helper()
	c = c.withDefaults(r)
	if _, err := r.js.PublishMsg(b.Context(), r.message(messages.LaneJob, c), jetstream.WithMsgID(c.id)); err != nil {
		b.Fatal(err)
	}
}
