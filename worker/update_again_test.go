package worker

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/worker/operations"
)

// An update that is delivered again after its effect is answered with the item as it
// is by then: as it made it, as others have changed it since, or its id alone.
func TestAnUpdateThatIsDeliveredAgainIsAnsweredWithTheItem(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("one")})
	text, since := "changed", "changed since"
	m := r.message(messages.LaneJob, call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Text: &text}})
	v, err := w.verify(delivery{lane: messages.LaneJob, subject: m.Subject, header: m.Header, body: m.Data, streamTime: time.Now()}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	deliver := func(again bool) (reply messages.UpdateReply) {
		t.Helper()
		trace := &operations.Trace{}
		body, err := w.perform(t.Context(), operations.Request{Verified: v, Again: again, Trace: trace})
		if err != nil || json.Unmarshal(body, &reply) != nil {
			t.Fatalf("%s, %v", body, err)
		}
		if trace.Owners != "session:s" || trace.Revision != reply.Revision.Session {
			t.Errorf("again %t: the audit is told %+v; want what was written", again, trace)
		}
		return reply
	}
	first, second := deliver(false), deliver(true)
	if second.Item.Text != text || second.Item.ID != "t0" || second.Item.Revision != first.Item.Revision || second.Revision != first.Revision {
		t.Errorf("again: %+v; want %+v", second, first)
	}
	must[messages.UpdateReply](t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Text: &since}}))
	if third := deliver(true); third.Item.Text != since || third.Item.ID != "t0" || third.Revision != first.Revision {
		t.Errorf("after another changed it: %+v", third)
	}
	must[messages.DeleteReply](t, r.ask(call{op: messages.OpDelete, body: messages.DeleteRequest{Session: "s", IDs: []string{"t0"}}}))
	if last := deliver(true); last.Item.Text != "" || last.Item.ID != "t0" || last.Revision != first.Revision {
		t.Errorf("after another deleted it: %+v", last)
	}
}
