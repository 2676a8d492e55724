package tiers

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
)

func TestAuditRecordsAreStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Worker = "w.1" })
	const n = 600
	for i := range n {
		w.Audit(t.Context(), messages.AuditEvent{At: int64(i), Kind: messages.AuditPerformed, Tenant: "acme", Op: messages.OpStore})
	}
	if err := w.Close(t.Context()); err != nil { // flushes
		t.Fatal(err)
	}
	s, err := w.js.Stream(t.Context(), w.names.Audit)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.CachedInfo().State.Msgs; got != n {
		t.Fatalf("%d records of %d", got, n)
	}
	msg, err := s.GetMsg(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	var e messages.AuditEvent
	if err := json.Unmarshal(msg.Data, &e); err != nil || e.At != n-1 || e.Worker != "w.1" || msg.Subject != "ctx.v1.audit.w=2E1" {
		t.Fatalf("the last record on %s is %+v, %v", msg.Subject, e, err)
	}
	w.Audit(t.Context(), e) // after Close: dropped, and no panic
}

func TestAuditNeverBlocks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Audit.Queue = 4 })
	stuck := &auditor{Tiers: w.Tiers, queue: make(chan messages.AuditEvent, 4), stop: make(chan struct{})} // nobody takes from it
	running := w.audit
	w.audit = stuck
	for range 10 {
		w.Audit(t.Context(), messages.AuditEvent{})
	}
	w.audit = running
	if got := metric(t, w.reg, "context_manager_audit_dropped_total", "", ""); got != 6 {
		t.Fatalf("%v records counted as dropped; want 6", got)
	}
}

func TestAuditThatCannotBeStoredIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deleteStream(w.names.Audit)
	w.Audit(t.Context(), messages.AuditEvent{})
	eventually(t, "the lost record is counted", func() bool {
		return metric(t, w.reg, "context_manager_audit_dropped_total", "", "") == 1
	})
}

func TestCloseIsBoundedByItsContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stuck := &auditor{Tiers: w.Tiers, stop: make(chan struct{}), done: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := stuck.close(ctx); !messages.HasCode(err, messages.CodeDeadline) {
		t.Fatalf("error %v", err)
	}
}

func TestJobsGoToTheConsumer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.js.Publish(t.Context(), w.subjects.Job("acme", messages.OpStore), []byte("x")); err != nil {
		t.Fatal(err)
	}
	c, err := w.js.Consumer(t.Context(), w.names.Jobs, w.names.Consumer)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := c.Next()
	if err != nil || msg.Ack() != nil {
		t.Fatal(err)
	}
	if p := c.CachedInfo().Config; p.MaxDeliver != -1 || p.AckPolicy != jetstream.AckExplicitPolicy {
		t.Fatalf("consumer %+v", p)
	}
}
