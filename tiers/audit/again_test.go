package audit

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// What is not acknowledged, as while a leader is chosen, is published again, and
// stored once however often it arrives.
func TestAuditThatIsNotAcknowledgedIsPublishedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Config{}, 10*time.Second)
	proxy := natstest.NewProxy(t, w.server.Addr().String())
	nc, err := nats.Connect(proxy.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	if w.deps.JS, err = jetstream.New(nc); err != nil {
		t.Fatal(err)
	}
	stored, dropped := w.deps.Stored, w.deps.Dropped
	proxy.Hold()
	before := nc.Stats().OutMsgs
	w.Record(messages.AuditEvent{Kind: messages.AuditPerformed})
	await.That(t, "it is published again", func() bool {
		return nc.Stats().OutMsgs >= before+2 || testutil.ToFloat64(dropped) > 0
	})
	proxy.Release()
	await.That(t, "it is stored", func() bool { return testutil.ToFloat64(stored)+testutil.ToFloat64(dropped) == 1 })
	msgs, events := w.records()
	if msgs != 1 || len(events) != 1 || testutil.ToFloat64(dropped) != 0 {
		t.Errorf("%d messages with %d records are stored, and %v counted as dropped; want one", msgs, len(events), testutil.ToFloat64(dropped))
	}
}
