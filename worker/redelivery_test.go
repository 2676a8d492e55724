package worker

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
)

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
			w.atCheckpoint = func(c checkpoint, v envelope.Verified) {
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
		if code := m.Header.Get(envelope.HeaderErrorCode); code != "" {
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
			w.atCheckpoint = func(c checkpoint, _ envelope.Verified) {
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
	stream, err := r.js.Stream(t.Context(), "KV_ctx_short")
	if err != nil {
		t.Fatal(err)
	}
	subject := segmentOf("s", id)
	if _, err := stream.GetLastMsgForSubject(t.Context(), subject); err != nil {
		t.Fatal("the job's segment: ", err)
	}
	text := "changed since"
	must[messages.UpdateReply](t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Text: &text}}))
	await.That(t, "the job's segment is merged away", func() bool {
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
	begun := r.startMortal()
	fails(t, r.submit(aStore), messages.CodeInternal)
	r.idle()
	if n := begun(); n != 4 {
		t.Errorf("it was begun %d times; want 4, twice alone", n)
	}
	letters := r.deadLetters()
	if len(letters) != 1 || letters[0].Header.Get(DeadAttempts) != "5" {
		t.Fatalf("dead letters %+v; want one, at its fifth delivery: after two, and two alone", letters)
	}
}

// The same of one that only reads, of which the ledger knows nothing; it leaves no letter.
func TestAReadThatKillsItsWorkersIsGivenUp(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	begun := r.startMortal()
	fails(t, r.submit(aList), messages.CodeInternal)
	r.idle()
	if n := begun(); n != 4 {
		t.Errorf("it was begun %d times; want 4, twice alone", n)
	}
	if n := len(r.deadLetters()); n != 0 {
		t.Errorf("%d dead letters of a read", n)
	}
}

// startMortal starts a worker that dies of each job, which may fail twice. It gives
// how often that was.
func (r *rig) startMortal() (died func() int64) {
	r.t.Helper()
	var deaths atomic.Int64
	r.start(options{
		config: func(c *Config) { c.MaxAttempts = 2 },
		worker: func(w *Worker) {
			w.atCheckpoint = func(c checkpoint, _ envelope.Verified) {
				if c == afterEffect {
					deaths.Add(1)
					r.handBack()
					runtime.Goexit()
				}
			}
		},
	})
	return deaths.Load
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

// A worker that dies between burying a job and terminating it leaves it to
// another, who buries it again: there is one letter all the same, counted once.
func TestAJobThatIsBuriedTwiceIsOneLetter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var buried atomic.Int64
	w := r.start(options{
		tiers: func(c *tiers.Config) { c.Streams.AckWait = 3 * time.Second },
		worker: func(w *Worker) {
			w.atCheckpoint = func(c checkpoint, _ envelope.Verified) {
				if c == afterReply && buried.Add(1) == 1 {
					runtime.Goexit()
				}
			}
		},
	})
	r.publish(call{op: messages.OpStore, body: []byte(`{"session":"s","items":[{"text":7}]}`)})
	r.idle()
	if n := len(r.deadLetters()); n != 1 || buried.Load() != 2 {
		t.Errorf("%d letters of a job that was buried %d times; want one, of two", n, buried.Load())
	}
	if n := testutil.ToFloat64(w.metrics.dead.WithLabelValues("bad_json")); n != 1 {
		t.Errorf("one letter is counted as %v", n)
	}
}

// A letter is there, and whoever wrote it was not told: it is counted when its job
// is settled, or nobody would be alerted.
func TestALetterWhoseAcknowledgementWasLostIsCounted(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]any{
		"job":    badStore,
		"bundle": stores.together(t, turn("s"), badStore).body,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			w := r.make(options{})
			c := call{op: messages.OpStore, body: body, id: newID(t)}
			ack := r.publish(c)
			id := fmt.Sprintf("dead-%s-%d", c.id, ack.Sequence)
			if _, err := r.js.Publish(t.Context(), r.subjects.Dead(testTenant, messages.OpStore), nil, jetstream.WithMsgID(id)); err != nil {
				t.Fatal(err)
			}
			w.run(t)
			r.idle()
			if n := len(r.deadLetters()); n != 1 {
				t.Fatalf("%d letters; want the one that was there", n)
			}
			if n := testutil.ToFloat64(w.metrics.dead.WithLabelValues("bad_json")); n != 1 {
				t.Errorf("it is counted as %v", n)
			}
		})
	}
}
