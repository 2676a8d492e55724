package worker

import (
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// An item that is given to the user, and is changed before the session lets go of
// it, stays there: what the user has is no copy of it. That is so in the same try,
// and in a later one that finds it given; and whatever of it was changed.
func TestAnItemThatChangesWhileItIsMovedStays(t *testing.T) {
	t.Parallel()
	since, pinned, importance, embedding := "changed since", true, 0.5, []float32{1, 2}
	changes := map[string]messages.UpdateRequest{
		"text": {Text: &since}, "group": {Group: &since}, "metadata": {Metadata: &map[string]string{"a": "b"}},
		"pinned": {Pinned: &pinned}, "importance": {Importance: &importance}, "embedding": {Embedding: &embedding},
	}
	t.Run("the same try", func(t *testing.T) {
		t.Parallel()
		changeWhileMoved(t, changes["text"], nil)
	})
	for what, change := range changes {
		t.Run("a later try, "+what, func(t *testing.T) {
			t.Parallel()
			changeWhileMoved(t, change, messages.Errorf(messages.CodeUnavailable, "no leader"))
		})
	}
}

// changeWhileMoved moves t0 and t1, and has another worker change t0 when both are given to
// the user. The try meets a fault then, if there is one.
func changeWhileMoved(t *testing.T, change messages.UpdateRequest, fault error) {
	t.Helper()
	r := newRig(t)
	change.Session, change.ID = "s", "t0"
	job := call{op: messages.OpPromote, id: newID(t), body: messages.PromoteRequest{
		Session: "s", User: "u", IDs: []string{"t0", "t1"}, To: messages.LongTerm,
	}}
	var changed atomic.Bool
	other := r.make(options{}) // in this worker the change would wait for its turn
	r.start(options{deps: func(d *Deps) {
		d.Log = appendHook{Log: d.Log, before: func(o messages.Owner, name string) error {
			if o.Kind != messages.SessionOwner || name != segmentName(job.id) || !changed.CompareAndSwap(false, true) {
				return nil
			}
			if failure := other.does(r, call{op: messages.OpUpdate, body: change}); failure != nil {
				t.Error(failure)
			}
			return fault
		}}
	}})
	items, importance := turns("one", "two"), 0.3
	items[1].Name, items[1].Group, items[1].Language, items[1].Pinned, items[1].Accesses = "Ana", "g", "pt", true, 3
	items[1].Metadata, items[1].Importance, items[1].Embedding = map[string]string{"b": "2", "a": "1"}, &importance, []float32{0.1, 2e-7}
	items[1].Expires = 253_402_300_799_000 // which the user's copy has not
	before := store(t, r.ask, messages.StoreRequest{Session: "s", Items: items}).Revision.Session
	reply := must[messages.PromoteReply](t, r.submit(job))
	if !slices.Equal(reply.Promoted, []string{"t0", "t1"}) || len(reply.Missing) != 0 {
		t.Errorf("%+v; want both given, and none missing", reply)
	}
	if got := list(t, r.ask, messages.ListRequest{Session: "s"}).Items; len(got) != 1 || got[0].ID != "t0" || got[0].Revision <= before {
		t.Errorf("the session has %+v; want what was changed, alone", got)
	}
	if got := list(t, r.ask, messages.ListRequest{User: "u"}).Items; len(got) != 2 || got[0].Text != "one" {
		t.Errorf("the user has %+v; want both as they were", got)
	}
}

// does has a worker that takes nothing do an ask all the same.
func (w *running) does(r *rig, c call) *messages.Error {
	c.reply = nats.NewInbox()
	m := r.message(messages.LaneAsk, c)
	v, err := w.verify(delivery{lane: messages.LaneAsk, subject: m.Subject, reply: m.Reply, header: m.Header, body: m.Data, name: askDelivery}, time.Now())
	if err != nil {
		r.t.Error(err)
	}
	_, failure := w.effect(r.t.Context(), v, false)
	return failure
}

// A worker moves items and dies before it has told so: the next delivery, which
// finds none in the session any more, says that they were moved.
func TestItemsThatWereMovedAreNotSaidToBeMissing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var died atomic.Bool
	r.start(options{
		worker: func(w *Worker) {
			w.atCheckpoint = func(c checkpoint, _ envelope.Verified) {
				if c == afterEffect && died.CompareAndSwap(false, true) {
					r.handBack()
					runtime.Goexit() // as a kill would: nothing of the handler runs any more
				}
			}
		},
	})
	store(t, r.ask, messages.StoreRequest{Session: "promote", Items: turns("one", "two")})
	reply := must[messages.PromoteReply](t, r.submit(call{op: messages.OpPromote, body: changeOf(messages.OpPromote)}))
	if !slices.Equal(reply.Promoted, []string{"t0"}) || len(reply.Missing) != 0 {
		t.Errorf("%+v; want it moved, and none missing", reply)
	}
	checkEffect(t, r, messages.OpPromote)
}
