package worker

import (
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/operations"
)

// A job may come again while the worker that had it is still at work, and has its
// effect when the other has read what was there before. The other's answer is of
// what is there after the effect all the same.
func TestAnEffectThatComesWhileItIsLookedForIsInTheAnswer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	twin := r.make(options{})
	var has func() // the twin's effect
	var once atomic.Bool
	w := r.start(options{deps: func(d *Deps) {
		d.Reader = hookedReader{Reader: d.Reader, after: func(s, _ *page.View) {
			if has != nil && s.Page.Len() > 0 && once.CompareAndSwap(false, true) {
				has()
			}
		}}
	}})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("one")})
	text := "changed"
	m := r.message(messages.LaneJob, call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Text: &text}})
	v, err := w.verify(delivery{lane: messages.LaneJob, subject: m.Subject, header: m.Header, body: m.Data, streamTime: time.Now()}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	deliver := func(to *running) (reply messages.UpdateReply) {
		body, err := to.perform(t.Context(), operations.Request{Verified: v, Again: true, Trace: &operations.Trace{}})
		if err != nil || json.Unmarshal(body, &reply) != nil {
			t.Errorf("%s, %v", body, err)
		}
		return reply
	}
	var first messages.UpdateReply
	has = func() { first = deliver(twin) }
	second := deliver(w)
	if !once.Load() || second.Item.Text != text || second.Item.Revision != first.Item.Revision || second.Revision != first.Revision {
		t.Errorf("the item is %+v at %+v; want it as the twin made it: %+v", second.Item, second.Revision, first)
	}
}
