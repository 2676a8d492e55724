package worker

import (
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
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

// A change that fails is audited, and a copy of it is a replay, which costs its key nothing.
func TestABrokenBundleIsAuditedOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	c := aBrokenBundle.with(func(c *call) { c.id, c.reply = newID(t), nats.NewInbox() }).withDefaults(r)
	m := r.message(messages.LaneAsk, c)
	publish := func(m *nats.Msg) error { return r.nc.PublishMsg(m) }
	fails(t, r.exchange(c, m, publish), messages.CodeBadJSON)
	fails(t, r.exchange(c, m, publish), messages.CodeReplayed)
	events := trail.of(messages.AuditPerformed)
	if len(events) != 1 || events[0].Code != messages.CodeBadJSON || events[0].ID != c.id {
		t.Errorf("audited %+v; want one change that failed", events)
	}
}
