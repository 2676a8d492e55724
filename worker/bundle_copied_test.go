package worker

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// A copy of a bundle that another worker had costs its key no more than a copy of a request alone.
func TestACopiedBundleCostsTheRateOfOne(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	now := time.Now()
	w := r.start(options{deps: func(d *Deps) { d.Clock = func() time.Time { return now } }})
	bodies := make([][]byte, 32)
	for i := range bodies {
		bodies[i] = []byte(`{"session":"s","items":[{"text":"one"}]}`)
	}
	c := call{key: "slow", op: messages.OpStore, id: newID(t), reply: nats.NewInbox(), body: messages.AppendBundle(nil, bodies)}.withDefaults(r)
	if _, err := w.tiers.Take(t.Context(), c.key, c.id, askDelivery, time.Minute); err != nil { // by the other
		t.Fatal(err)
	}
	copied := r.exchange(c, r.message(messages.LaneAsk, c), func(m *nats.Msg) error { return r.nc.PublishMsg(m) })
	fails(t, copied, messages.CodeReplayed)
	must[messages.ListReply](t, r.ask(aList.with(func(c *call) { c.key = "slow" })))
}
