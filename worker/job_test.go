package worker

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers"
)

var aStore = call{op: messages.OpStore, body: messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: "stored by a job"}}}}

// publish puts a call on the job lane without waiting for its answer.
func (r *rig) publish(c call) *jetstream.PubAck {
	r.t.Helper()
	ack, err := r.js.PublishMsg(r.t.Context(), r.message(messages.LaneJob, c))
	if err != nil {
		r.t.Fatal(err)
	}
	return ack
}

// idle waits until no job is left, settled or not.
func (r *rig) idle() {
	r.t.Helper()
	eventually(r.t, "every job is settled", func() bool { return r.count("CTX_JOBS") == 0 })
}

func (r *rig) count(stream string) uint64 {
	r.t.Helper()
	s, err := r.js.Stream(r.t.Context(), stream)
	if err != nil {
		r.t.Fatal(err)
	}
	return s.CachedInfo().State.Msgs
}

// deadLetters returns what is in the stream of dead letters.
func (r *rig) deadLetters() []*jetstream.RawStreamMsg {
	r.t.Helper()
	s, err := r.js.Stream(r.t.Context(), "CTX_DEAD")
	if err != nil {
		r.t.Fatal(err)
	}
	var all []*jetstream.RawStreamMsg
	for seq := s.CachedInfo().State.FirstSeq; seq <= s.CachedInfo().State.LastSeq && seq > 0; seq++ {
		m, err := s.GetMsg(r.t.Context(), seq)
		if err != nil {
			r.t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// spy subscribes to an inbox, to see who publishes there.
func (r *rig) spy() (inbox string, got func() []*nats.Msg) {
	r.t.Helper()
	inbox = nats.NewInbox()
	sub, err := r.nc.SubscribeSync(inbox)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.nc.Flush(); err != nil {
		r.t.Fatal(err)
	}
	return inbox, func() []*nats.Msg {
		if err := r.nc.Flush(); err != nil {
			r.t.Fatal(err)
		}
		var all []*nats.Msg
		for {
			m, err := sub.NextMsg(20 * time.Millisecond)
			if err != nil {
				return all
			}
			all = append(all, m)
		}
	}
}

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
	if n := testutil.ToFloat64(w.metrics.refusals.WithLabelValues("job", messages.ReasonUnknownKey)); n != 1 {
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
		messages.HeaderID: bad.id, messages.HeaderKey: "full", "X-Trace": "abc", "Nats-Expected-Stream": "",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q; want %q", name, got, want)
		}
	}
	if m.Header.Get(DeadError) == "" || m.Header.Get(DeadTime) == "" {
		t.Errorf("headers %v", m.Header)
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
		config: func(c *Config) { c.MaxAttempts = 4 },
		deps:   func(d *Deps) { log.Log, d.Log = d.Log, log },
	})
	fails(t, r.submit(aStore), messages.CodeUnavailable)
	r.idle()
	letters := r.deadLetters()
	if len(letters) != 1 || letters[0].Header.Get(DeadCode) != "unavailable" || letters[0].Header.Get(DeadAttempts) != "4" {
		t.Fatalf("dead letters: %+v", letters)
	}
}

func TestAJobWaitsForTheLedger(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var asked atomic.Int64
	r.start(options{deps: func(d *Deps) {
		real := d.Ledger
		d.Ledger = ledgerHook(func(ctx context.Context, key, id, delivery string) (bool, error) {
			if asked.Add(1) <= 2 {
				return false, messages.Errorf(messages.CodeUnavailable, "the ledger does not answer")
			}
			return real.Take(ctx, key, id, delivery)
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
	eventually(t, "the job that came as an ask is refused", func() bool {
		m := got()
		return len(m) == 1 && m[0].Header.Get(messages.HeaderErrorCode) == "401"
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

// changeOf is a request of each operation that changes something, for a
// session that is named like the operation and has the items t0 and t1.
func changeOf(op messages.Op) any {
	text, session := "changed", string(op)
	switch op {
	case messages.OpUpdate:
		return messages.UpdateRequest{Session: session, ID: "t0", Text: &text}
	case messages.OpDelete:
		return messages.DeleteRequest{Session: session, IDs: []string{"t0"}}
	case messages.OpClear:
		return messages.ClearRequest{Session: session}
	case messages.OpPromote:
		return messages.PromoteRequest{Session: session, User: "u", IDs: []string{"t0"}, To: messages.LongTerm}
	default:
		return messages.StoreRequest{Session: session, Items: []messages.Item{{Text: "new"}}}
	}
}

func changing() []messages.Op {
	return []messages.Op{messages.OpStore, messages.OpUpdate, messages.OpDelete, messages.OpClear, messages.OpPromote}
}

func TestAHandlerThatDiesLeavesItsJobToTheNextDelivery(t *testing.T) {
	t.Parallel()
	for _, at := range []checkpoint{afterLedger, afterEffect, afterReply} {
		t.Run(string(at), func(t *testing.T) {
			t.Parallel()
			dieOnce(t, at)
		})
	}
}

// dieOnce has a handler of each operation die at a checkpoint, and checks that
// its job is finished by the next delivery, with one effect and a good answer.
func dieOnce(t *testing.T, at checkpoint) {
	r := newRig(t)
	var died sync.Map
	r.start(options{
		tiers: func(c *tiers.Config) { c.Streams.AckWait = 3 * time.Second; c.Compact.Disabled = true },
		worker: func(w *Worker) {
			w.atCheckpoint = func(c checkpoint, v messages.Verified) {
				if _, before := died.LoadOrStore(v.Op(), true); c == at && !before {
					runtime.Goexit() // as a kill would: nothing of the handler runs any more
				} else if !before {
					died.Delete(v.Op())
				}
			}
		},
	})
	for _, op := range changing() {
		store(t, r.ask, messages.StoreRequest{Session: string(op), Items: turns("one", "two")})
	}
	inbox, got := r.spy()
	for _, op := range changing() {
		r.publish(call{op: op, body: changeOf(op), reply: inbox})
	}
	r.idle()
	want := len(changing())
	if at == afterReply {
		want *= 2
	}
	answers := got()
	if len(answers) != want {
		t.Errorf("%d answers; want %d", len(answers), want)
	}
	for _, m := range answers {
		if code := m.Header.Get(messages.HeaderErrorCode); code != "" {
			t.Errorf("answered with %s %s", code, m.Data)
		}
	}
	if n := int(r.count("KV_ctx_short")); n != 2*len(changing()) {
		t.Errorf("%d segments; want one of the first store and one of the job for each session", n)
	}
	for _, op := range changing() {
		checkEffect(t, r, op)
	}
}

func checkEffect(t *testing.T, r *rig, op messages.Op) {
	t.Helper()
	session := list(t, r.ask, messages.ListRequest{Session: string(op)}).Items
	switch op {
	case messages.OpStore:
		if len(session) != 3 {
			t.Errorf("store: session %v; want a third item", ids(session))
		}
	case messages.OpUpdate:
		if len(session) != 2 || session[0].Text != "changed" {
			t.Errorf("update: session %+v; want t0 changed", session)
		}
	case messages.OpClear:
		if len(session) != 0 {
			t.Errorf("clear: session %v; want nothing", ids(session))
		}
	default:
		if !slices.Equal(ids(session), []string{"t1"}) {
			t.Errorf("%s: session %v; want t1 alone", op, ids(session))
		}
	}
	if op == messages.OpPromote {
		if user := ids(list(t, r.ask, messages.ListRequest{User: "u"}).Items); !slices.Equal(user, []string{"t0"}) {
			t.Errorf("promote: user %v; want t0", user)
		}
	}
}

func TestARedeliveryWhoseSegmentWasMergedAwayHasNoSecondEffect(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	died := make(chan struct{})
	w := r.start(options{
		tiers: func(c *tiers.Config) { c.Streams.AckWait = 4 * time.Second; c.Compact.Segments = 2 },
		worker: func(w *Worker) {
			w.atCheckpoint = func(c checkpoint, _ messages.Verified) {
				if c == afterEffect && !isClosed(died) {
					close(died)
					runtime.Goexit()
				}
			}
		},
	})
	background(t, w.tiers.Run)
	id := newID(t)
	r.publish(call{op: messages.OpStore, id: id, body: messages.StoreRequest{Session: "s", Items: turns("by the job")}})
	<-died
	text := "changed since"
	must[messages.UpdateReply](t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Text: &text}}))
	stream, err := r.js.Stream(t.Context(), "KV_ctx_short")
	if err != nil {
		t.Fatal(err)
	}
	subject := "$KV.ctx_short.acme.s." + id
	eventually(t, "the job's segment is merged away", func() bool {
		store(t, r.ask, messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: "other", Text: "more"}}})
		_, err := stream.GetLastMsgForSubject(t.Context(), subject)
		return errors.Is(err, jetstream.ErrMsgNotFound)
	})
	r.idle()
	if got := list(t, r.ask, messages.ListRequest{Session: "s", IDs: []string{"t0"}}).Items; len(got) != 1 || got[0].Text != text {
		t.Errorf("t0 is %+v; want what it was changed to", got)
	}
	if _, err := stream.GetLastMsgForSubject(t.Context(), subject); err == nil {
		t.Error("the redelivery wrote the job's segment again")
	}
}

// background runs something until the test ends.
func background(t *testing.T, run func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
}

func TestAJobThatKillsItsWorkersIsBuried(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{
		tiers:  func(c *tiers.Config) { c.Streams.AckWait = time.Second },
		config: func(c *Config) { c.MaxAttempts = 2 },
		worker: func(w *Worker) {
			w.atCheckpoint = func(c checkpoint, _ messages.Verified) {
				if c == afterEffect {
					runtime.Goexit()
				}
			}
		},
	})
	fails(t, r.submit(aStore), messages.CodeInternal)
	r.idle()
	letters := r.deadLetters()
	if len(letters) != 1 || letters[0].Header.Get(DeadAttempts) != "3" {
		t.Fatalf("dead letters %+v; want one, at its third delivery", letters)
	}
}

func TestPromoteGivesBeforeItTakes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var user atomic.Bool
	r.start(options{deps: func(d *Deps) {
		d.Log = appendHook{Log: d.Log, before: func(o messages.Owner, _ string) error {
			if o.Kind == messages.UserOwner {
				user.Store(true)
			} else if user.Swap(false) {
				return messages.Errorf(messages.CodeUnavailable, "no leader") // the first try to take from the session fails
			}
			return nil
		}}
	}})
	store(t, r.ask, messages.StoreRequest{Session: "promote", Items: turns("one", "two")})
	promote := call{op: messages.OpPromote, body: changeOf(messages.OpPromote)}
	reply := must[messages.PromoteReply](t, r.submit(promote))
	if !slices.Equal(reply.Promoted, []string{"t0"}) || len(reply.Missing) != 0 {
		t.Errorf("%+v", reply)
	}
	checkEffect(t, r, messages.OpPromote)
}
