package worker

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd"
)

var aStore = call{op: messages.OpStore, body: messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: "stored by a job"}}}}

func TestAJobThatIsNotVerifiedIsTerminatedSilently(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	w := r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	inbox, got := r.spy()
	forged := aStore.with(func(c *call) { c.reply, c.key = inbox, "stranger" })
	r.publish(forged)
	stale := aStore.with(func(c *call) { c.reply, c.time, c.life = inbox, time.Now().Add(-6*time.Minute), time.Hour })
	r.publish(stale)
	r.idle()
	if m := got(); len(m) != 0 {
		t.Errorf("%d messages came to an inbox that proved nothing: %q", len(m), m[0].Data)
	}
	if n := len(trail.of(messages.AuditRefused)); n != 2 {
		t.Errorf("%d refusals were audited; want 2", n)
	}
	if n := testutil.ToFloat64(w.metrics.refusals.WithLabelValues("job", envelope.ReasonUnknownKey)); n != 1 {
		t.Errorf("%v refusals for an unknown key were counted; want 1", n)
	}
	if n := len(r.deadLetters()); n != 0 {
		t.Errorf("%d dead letters; want none", n)
	}
}

func TestAnAgedJobIsDoneUnlessItExpired(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	// The worker's clock is eight minutes past the moment when the jobs were
	// queued, as if they had waited for it.
	later := func(d *Deps) { d.Clock = func() time.Time { return time.Now().Add(8 * time.Minute) } }
	w := r.make(options{deps: later})
	inbox, got := r.spy()
	r.publish(aStore.with(func(c *call) { c.reply, c.life = inbox, time.Hour }))
	r.publish(aStore.with(func(c *call) { c.reply, c.life = inbox, time.Minute }))
	w.run(t)
	r.idle()
	if n := len(got()); n != 1 {
		t.Errorf("%d jobs were answered; want the one that had not expired", n)
	}
}

func TestAMalformedJobIsADeadLetterOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{config: func(c *Config) { c.ID = "w1" }})
	bad := call{op: messages.OpStore, id: newID(t), body: []byte(`{"session":"s","items":[{"text":7}]}`)}
	bad.change = func(m *nats.Msg) { // headers of JetStream's own must not act on the dead letters
		m.Header.Set("Nats-Expected-Stream", "CTX_JOBS")
		m.Header.Set("X-Trace", "abc")
	}
	fails(t, r.submit(bad), messages.CodeBadJSON)
	r.idle()
	letters := r.deadLetters()
	if len(letters) != 1 {
		t.Fatalf("%d dead letters; want 1", len(letters))
	}
	m := letters[0]
	if string(m.Data) != string(bad.body.([]byte)) || m.Subject != r.subjects.Dead(testTenant, messages.OpStore) {
		t.Errorf("subject %s, body %s", m.Subject, m.Data)
	}
	for name, want := range map[string]string{
		DeadCode: "bad_json", DeadAttempts: "1", DeadSequence: "1", DeadSubject: r.subjects.Job(testTenant, messages.OpStore), DeadWorker: "w1",
		envelope.HeaderID: bad.id, envelope.HeaderKey: "full", "X-Trace": "abc", "Nats-Expected-Stream": "",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q; want %q", name, got, want)
		}
	}
	if m.Header.Get(DeadError) == "" || m.Header.Get(DeadTime) == "" {
		t.Errorf("headers %v", m.Header)
	}
}

// A job that is as large as a message can be leaves no room for why it failed,
// but in the place of headers that say nothing to us.
func TestTheLargestJobThereIsCanBeBuried(t *testing.T) {
	t.Parallel()
	const maxPayload = messages.MaxMessageBytes + messages.MaxHeaderBytes
	r := newRig(t, func(o *natsd.Options) { o.MaxPayload = maxPayload })
	r.start(options{})
	body := bytes.Repeat([]byte{' '}, messages.MaxMessageBytes)
	c := call{op: messages.OpStore, body: body, change: func(m *nats.Msg) {
		const padding = "X-Padding"
		room := messages.MaxHeaderBytes - len("NATS/1.0\r\n\r\n") - len(padding) - len(": \r\n")
		for name, values := range m.Header {
			room -= len(name) + len(values[0]) + len(": \r\n")
		}
		m.Header[padding] = []string{strings.Repeat("x", room)}
	}}
	fails(t, r.submit(c), messages.CodeBadJSON)
	r.idle()
	letters := r.deadLetters()
	if len(letters) != 1 || len(letters[0].Data) != len(body) || letters[0].Header.Get(envelope.HeaderSignature) == "" || letters[0].Header.Get(DeadCode) != "bad_json" {
		t.Fatalf("%d dead letters; want the job, with its signature and the reason", len(letters))
	}
}

func TestABusinessRefusalIsAnsweredAndNoDeadLetter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	text := "x"
	fails(t, r.submit(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "none", Text: &text}}), messages.CodeNotFound)
	r.idle()
	if n := len(r.deadLetters()); n != 0 {
		t.Errorf("%d dead letters; want none", n)
	}
}

// TestARefusalThatNobodyHearsIsADeadLetter: a job without a reply inbox does
// not vanish because what it wants to change is not there.
func TestARefusalThatNobodyHearsIsADeadLetter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	text := "x"
	r.publish(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "none", Text: &text}})
	r.idle()
	dead := r.deadLetters()
	if len(dead) != 1 || dead[0].Header.Get(DeadCode) != string(messages.CodeNotFound) {
		t.Errorf("dead letters %v; want the update that found nothing", dead)
	}
}

// A job that only reads changes nothing, so that it failed needs no operator:
// its caller is told, and the audit. A key that may not write fills no disk.
func TestAReadThatFailsIsNoDeadLetter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	ops := []messages.Op{messages.OpList, messages.OpAssemble, messages.OpStats}
	for _, op := range ops {
		fails(t, r.submit(call{key: "reader", op: op, body: []byte("x")}), messages.CodeBadJSON)
		r.publish(call{key: "reader", op: op, body: []byte("x")})
	}
	r.idle()
	if n := len(r.deadLetters()); n != 0 {
		t.Errorf("%d dead letters of a key that may only read; want none", n)
	}
	events := trail.of(messages.AuditPerformed)
	if len(events) != 2*len(ops) || events[0].Code != messages.CodeBadJSON || events[0].KeyID != "reader" {
		t.Errorf("audited: %+v; want every one", events)
	}
}

func TestAJobThatFailsInPassingIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	log := &failingLog{err: messages.Errorf(messages.CodeUnavailable, "no leader")}
	log.failures.Store(3)
	w := r.start(options{deps: func(d *Deps) { log.Log, d.Log = d.Log, log }})
	must[messages.StoreReply](t, r.submit(aStore))
	r.idle()
	if n := testutil.ToFloat64(w.metrics.settled.WithLabelValues("retried")); n != 3 {
		t.Errorf("tried again %v times; want 3", n)
	}
	if n := list(t, r.ask, messages.ListRequest{Session: "s"}).Total; n != 1 {
		t.Errorf("%d items; want 1", n)
	}
}

func TestAJobThatNeverSucceedsIsBuriedOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	log := &failingLog{err: messages.Errorf(messages.CodeUnavailable, "no leader")}
	log.failures.Store(1 << 40)
	r.start(options{
		config: func(c *Config) { c.MaxAttempts, c.Patience = 4, time.Nanosecond },
		deps:   func(d *Deps) { log.Log, d.Log = d.Log, log },
	})
	fails(t, r.submit(aStore), messages.CodeUnavailable)
	r.idle()
	letters := r.deadLetters()
	if len(letters) != 1 || letters[0].Header.Get(DeadCode) != "unavailable" || letters[0].Header.Get(DeadAttempts) != "4" {
		t.Fatalf("dead letters: %+v", letters)
	}
}

func TestAJobThatCannotBeBuriedStaysAJob(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	restore := r.loseDeadLetters()
	inbox, got := r.spy()
	r.publish(call{op: messages.OpStore, body: []byte("{"), reply: inbox})
	await.That(t, "it is tried again", func() bool { return testutil.ToFloat64(w.metrics.settled.WithLabelValues("retried")) >= 2 })
	if n := len(got()); n != 0 || r.count("CTX_JOBS") != 1 {
		t.Fatalf("%d answers, %d jobs; want no answer yet, and the job", n, r.count("CTX_JOBS"))
	}
	restore()
	r.idle()
	if n, answers := len(r.deadLetters()), len(got()); n != 1 || answers != 1 {
		t.Errorf("%d dead letters, %d answers; want one of each", n, answers)
	}
}

func TestAJobWaitsForTheLedger(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var asked atomic.Int64
	r.start(options{deps: func(d *Deps) {
		real := d.Ledger
		d.Ledger = ledgerHook(func(ctx context.Context, key, id, delivery string, life time.Duration) (bool, error) {
			if asked.Add(1) <= 2 {
				return false, messages.Errorf(messages.CodeUnavailable, "the ledger does not answer")
			}
			return real.Take(ctx, key, id, delivery, life)
		})
	}})
	must[messages.StoreReply](t, r.submit(aStore))
	if asked.Load() != 3 {
		t.Errorf("the ledger was asked %d times; want 3", asked.Load())
	}
}

func TestAReplayedJobHasNoEffectAndNoAnswer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	for i, c := range []call{aStore, aList} {
		c.id = newID(t)
		if o := r.submit(c); o.failed != nil {
			t.Fatal(o.failed)
		}
		inbox, got := r.spy()
		c.reply = inbox
		r.publish(c)
		r.idle()
		if n := len(got()); n != 0 {
			t.Errorf("%s: a replay was answered", c.op)
		}
		if n := len(trail.of(messages.AuditRefused)); n != i+1 {
			t.Errorf("%s: %d replays were audited; want %d", c.op, n, i+1)
		}
	}
	if n := list(t, r.ask, messages.ListRequest{Session: "s"}).Total; n != 1 {
		t.Errorf("%d items; want 1", n)
	}
}

func TestAMessageOfOneLaneIsNoMessageOfTheOther(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	// The subject is signed, so the captured message does not verify.
	inbox, got := r.spy()
	captured := r.message(messages.LaneAsk, aStore.with(func(c *call) { c.reply = inbox }))
	captured.Subject, captured.Reply = r.subjects.Job(testTenant, messages.OpStore), ""
	if _, err := r.js.PublishMsg(t.Context(), captured); err != nil {
		t.Fatal(err)
	}
	r.idle()
	if m := got(); len(m) != 0 {
		t.Errorf("an ask that came as a job was answered: %q", m[0].Data)
	}
	captured = r.message(messages.LaneJob, aStore.with(func(c *call) { c.reply = inbox }))
	captured.Subject, captured.Reply = r.subjects.Ask(testTenant, messages.OpStore), inbox
	if err := r.nc.PublishMsg(captured); err != nil {
		t.Fatal(err)
	}
	await.That(t, "the job that came as an ask is refused", func() bool {
		m := got()
		return len(m) == 1 && m[0].Header.Get(envelope.HeaderErrorCode) == "401"
	})
	// An id that was used on one lane is used up on the other, signed anew or not.
	c := aStore.with(func(c *call) { c.id = newID(t) })
	must[messages.StoreReply](t, r.submit(c))
	fails(t, r.ask(c), messages.CodeReplayed)
	if n := list(t, r.ask, messages.ListRequest{Session: "s"}).Total; n != 1 {
		t.Errorf("%d items; want 1", n)
	}
}

func TestAJobsKeyRateDelaysAndLosesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var tried sync.Map
	w := r.start(options{
		config: func(c *Config) { c.MaxAttempts, c.RateWait = 2, time.Millisecond },
		deps: func(d *Deps) {
			d.Log = appendHook{Log: d.Log, before: func(_ messages.Owner, name string) error {
				if _, before := tried.LoadOrStore(name, true); !before {
					return messages.Errorf(messages.CodeUnavailable, "no leader")
				}
				return nil
			}}
		},
	})
	const n = 12
	for i := range n {
		r.publish(call{key: "slow", op: messages.OpStore, body: messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: strconv.Itoa(i), Text: "x"}}}})
	}
	r.idle()
	if got := list(t, r.ask, messages.ListRequest{Session: "s"}).Total; got != n {
		t.Errorf("%d jobs had their effect; want %d", got, n)
	}
	if d := len(r.deadLetters()); d != 0 {
		t.Errorf("%d jobs were buried because their key is slow", d)
	}
	if testutil.ToFloat64(w.metrics.rateDelays) == 0 {
		t.Error("no job was put off: the test shows nothing")
	}
}

// What fails by a defect may not at the next worker, or as others have left: it is
// tried as often as what fails in passing, and then is a letter.
func TestAJobThatFailsByADefectIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var times atomic.Int64
	w := r.start(options{
		config: func(c *Config) { c.MaxAttempts = 3 },
		worker: func(w *Worker) {
			w.operations[messages.OpClear] = as(func(_ context.Context, what string) (any, error) {
				if times.Add(1) < 3 || what == "always" {
					panic("a defect")
				}
				return map[string]string{}, nil
			})
		},
	})
	must[map[string]string](t, r.submit(call{op: messages.OpClear, body: []byte(`{}`)}))
	fails(t, r.submit(call{op: messages.OpClear, body: []byte(`{"what":"always"}`)}), messages.CodeInternal)
	r.idle()
	if n, letters := times.Load(), len(r.deadLetters()); n != 6 || letters != 1 {
		t.Errorf("both were tried %d times, and %d letters are there; want 3 of each, and one of what always fails", n, letters)
	}
	if n := testutil.ToFloat64(w.metrics.panics); n != 5 {
		t.Errorf("%v panics were counted; want 5", n)
	}
}
