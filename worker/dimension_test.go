package worker

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/operations"
)

func vector(id string, numbers ...float32) messages.Item {
	return messages.Item{ID: id, Text: "text of " + id, Embedding: numbers}
}

func storeOf(session, user string, items ...messages.Item) call {
	return call{op: messages.OpStore, body: messages.StoreRequest{Session: session, User: user, Items: items}}
}

func TestVectorsOfAnOwnerAreOfOneDimension(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		must[messages.StoreReply](t, do(storeOf("s", "", vector("a", 1, 2), vector("b", 3, 4), vector("plain"))))
		fails(t, do(storeOf("s", "", vector("c", 1, 2, 3))), messages.CodeBadRequest)
		wrong := []float32{1}
		fails(t, do(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "plain", Embedding: &wrong}}), messages.CodeBadRequest)
		if got := list(t, do, messages.ListRequest{Session: "s"}); got.Total != 3 {
			t.Errorf("the session has %d items; what was refused must not be there", got.Total)
		}
		must[messages.StoreReply](t, do(storeOf("s", "", vector("a", 1, 2, 3), vector("b", 4, 5, 6)))) // all at once may change
		must[messages.StoreReply](t, do(storeOf("other", "", vector("z", 1))))
	})
}

func TestPromoteBringsAUserNoOtherDimension(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		promote := func(ids ...string) outcome {
			return do(call{op: messages.OpPromote, body: messages.PromoteRequest{Session: "s", User: "u", IDs: ids, To: messages.LongTerm}})
		}
		must[messages.StoreReply](t, do(storeOf("", "u", vector("fact", 1, 2))))
		must[messages.StoreReply](t, do(storeOf("s", "", vector("a", 1, 2, 3), vector("plain"))))
		fails(t, promote("a", "plain"), messages.CodeBadRequest)
		if s, u := list(t, do, messages.ListRequest{Session: "s"}), list(t, do, messages.ListRequest{User: "u"}); s.Total != 2 || u.Total != 1 {
			t.Errorf("the session has %d items and the user %d; nothing was to move", s.Total, u.Total)
		}
		must[messages.PromoteReply](t, promote("plain"))
		must[messages.StoreReply](t, do(storeOf("s", "", vector("a", 3, 4))))
		must[messages.PromoteReply](t, promote("a"))
	})
}

// Two bring the first vectors of an owner, of two dimensions, and each has seen
// that there are none. One of them is refused, and nothing of it is there.
func TestOfTwoFirstDimensionsOneIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var both sync.WaitGroup
	both.Add(2)
	meet := make(chan func(), 2)
	meet <- both.Done
	meet <- both.Done
	r.start(options{deps: func(d *Deps) {
		d.Reader = hookedReader{Reader: d.Reader, after: func(_, _ *page.View) {
			select {
			case here := <-meet:
				here()
				both.Wait()
			default:
			}
		}}
	}})
	outcomes := make([]outcome, 2)
	var storing sync.WaitGroup
	for i, item := range []messages.Item{vector("two", 1, 2), vector("three", 1, 2, 3)} {
		storing.Go(func() { outcomes[i] = r.ask(storeOf("s", "", item)) })
	}
	storing.Wait()
	if outcomes[0].failed != nil {
		slices.Reverse(outcomes)
	}
	stored := must[messages.StoreReply](t, outcomes[0])
	fails(t, outcomes[1], messages.CodeBadRequest)
	if got := ids(list(t, r.ask, messages.ListRequest{Session: "s"}).Items); !slices.Equal(got, stored.IDs) {
		t.Errorf("the session has %v; want %v alone", got, stored.IDs)
	}
}

// An owner that has two dimensions all the same, as one whose model was changed
// while another stored by the old one, takes both and no third.
func TestAnOwnerOfTwoDimensionsTakesBoth(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	var entries []page.Entry
	for _, it := range []messages.Item{vector("a", 1, 2), vector("b", 1, 2, 3)} {
		stored := page.Item{ID: it.ID, Level: page.Immediate, Role: page.User, Text: it.Text, Importance: -1, Embedding: it.Embedding}
		r.analyzer.Item(&stored)
		entries = append(entries, page.Entry{Kind: page.Put, Item: stored})
	}
	segment := page.AppendSegment(nil, page.Segment{Entries: entries})
	if _, err := w.tiers.Append(t.Context(), sessionOf("s"), "both", segment, page.Condition{}); err != nil {
		t.Fatal(err)
	}
	text := "changed"
	must[messages.UpdateReply](t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "a", Text: &text}}))
	for _, item := range []messages.Item{vector("a", 3, 4), vector("b", 3, 4, 5), vector("c", 1, 2), vector("d", 1, 2, 3)} {
		must[messages.StoreReply](t, r.ask(storeOf("s", "", item)))
	}
	fails(t, r.ask(storeOf("s", "", vector("e", 1))), messages.CodeBadRequest)
}

// A job whose effect was there already is no failure, though its owner has
// vectors of another dimension by now.
func TestAStoreThatWasDoneIsNotRefusedForItsDimension(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	first := r.request(storeOf("s", "", vector("a", 1, 2)))
	do := w.operations[messages.OpStore]
	done, err := do(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	must[messages.ClearReply](t, r.ask(call{op: messages.OpClear, body: messages.ClearRequest{Session: "s"}}))
	must[messages.StoreReply](t, r.ask(storeOf("s", "", vector("b", 1, 2, 3))))
	first.Again = true
	again, err := do(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	if again.(*messages.StoreReply).Revision != done.(*messages.StoreReply).Revision {
		t.Errorf("stored at %+v, and then at %+v", done, again)
	}
}

// request is a verified call as operations take it.
func (r *rig) request(c call) operations.Request {
	r.t.Helper()
	c.reply = nats.NewInbox()
	m := r.message(messages.LaneAsk, c)
	v, err := envelope.NewVerifier(testAudience, r.subjects, r.ring, envelope.Limits{}).Verify(envelope.Incoming{
		Lane: messages.LaneAsk, Subject: m.Subject, Reply: m.Reply, Header: m.Header, Body: m.Data, Now: time.Now(),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return operations.Request{Verified: v, Trace: &operations.Trace{}}
}
