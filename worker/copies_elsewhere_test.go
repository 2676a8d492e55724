package worker

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// Of copies of an ask that another worker had the ledger is asked once: they cost
// their key no rate, which bounds what it is asked else.
func TestCopiesOfAnAskAreRecognisedOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ledger := &countingLedger{}
	w := r.start(options{deps: ledger.count})
	c := aStore.with(func(c *call) { c.id, c.reply = newID(t), nats.NewInbox() }).withDefaults(r)
	if first, err := w.tiers.Take(t.Context(), c.key, c.id, askDelivery, time.Hour); !first || err != nil {
		t.Fatal(first, err)
	}
	m := r.message(messages.LaneAsk, c)
	for range 5 {
		fails(t, r.exchange(c, m, func(m *nats.Msg) error { return r.nc.PublishMsg(m) }), messages.CodeReplayed)
	}
	if n := ledger.entries.Load(); n != 1 {
		t.Errorf("the ledger was asked %d times; want once", n)
	}
}

// An ask that has a job's id is none of its copies, and keeps no later delivery of the
// job out: here of the first of the stream, which a worker began that was killed.
func TestAnAskThatHasAJobsIDDoesNotKeepItOut(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	c := aStore.with(func(c *call) { c.id = newID(t) }).withDefaults(r)
	if first, err := w.tiers.Take(t.Context(), c.key, c.id, "job:1", time.Hour); !first || err != nil {
		t.Fatal(first, err)
	}
	fails(t, r.ask(c), messages.CodeReplayed)
	if ack := r.publish(c); ack.Sequence != 1 {
		t.Fatalf("it is the job at %d", ack.Sequence)
	}
	r.idle()
	if got := list(t, r.ask, messages.ListRequest{Session: "s"}); len(got.Items) != 1 {
		t.Errorf("there are %d items; want that of the job", len(got.Items))
	}
}
