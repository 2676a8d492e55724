package tiers

import (
	"context"
	"testing"
	"time"

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
	s, err := w.js.Stream(t.Context(), w.streams.Names.Audit)
	if err != nil {
		t.Fatal(err)
	}
	state := s.CachedInfo().State
	if state.Msgs > n/10 {
		t.Errorf("%d messages for %d records: they are to share", state.Msgs, n)
	}
	var events []messages.AuditEvent
	for seq := state.FirstSeq; seq <= state.LastSeq; seq++ {
		events = append(events, w.auditsAt(s, seq)...)
	}
	for i, e := range events {
		if e.At != int64(i) || e.Worker != "w.1" {
			t.Fatalf("record %d is %+v", i, e)
		}
	}
	if len(events) != n {
		t.Fatalf("%d records of %d", len(events), n)
	}
	e := events[0]
	w.Audit(t.Context(), e) // after Close: dropped, and no panic
}

// Records that come one after the other share a message, since the first waits
// for others: a message a record would be a third publish for each store. It
// does not keep the tiers from closing.
func TestAuditRecordsThatComeOneByOneShareAMessage(t *testing.T) {
	t.Parallel()
	if linger := (Config{}).withDefaults().Audit.Linger; linger <= 0 {
		t.Errorf("by default a record waits %v for others", linger)
	}
	w := newWorld(t, func(c *Config) { c.Worker, c.Audit.Linger = "w.1", time.Hour })
	const n = 50
	for range n {
		w.Audit(t.Context(), messages.AuditEvent{Kind: messages.AuditPerformed})
		eventually(t, "the record is taken from the queue", func() bool { return len(w.audit.queue) == 0 })
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := w.js.Stream(t.Context(), w.streams.Names.Audit)
	if err != nil {
		t.Fatal(err)
	}
	if n := s.CachedInfo().State.Msgs; n != 1 {
		t.Fatalf("%d messages; want one", n)
	}
	if stored := len(w.auditsAt(s, 1)); stored != n {
		t.Errorf("%d of %d records are stored", stored, n)
	}
}

// auditsAt reads the records of one audit message.
func (w *world) auditsAt(s jetstream.Stream, seq uint64) []messages.AuditEvent {
	w.t.Helper()
	msg, err := s.GetMsg(w.t.Context(), seq)
	if err != nil || msg.Subject != "ctx.v1.audit.w=2E1" {
		w.t.Fatalf("message %d: %+v, %v", seq, msg, err)
	}
	events, err := messages.ReadAudit(msg.Data)
	if err != nil {
		w.t.Fatal(err)
	}
	return events
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
	w.deleteStream(w.streams.Names.Audit)
	w.Audit(t.Context(), messages.AuditEvent{})
	eventually(t, "the lost record is counted", func() bool {
		return metric(t, w.reg, "context_manager_audit_dropped_total", "", "") == 1
	})
}

func TestCloseIsBoundedByItsContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stuck := &auditor{Tiers: w.Tiers, stop: make(chan struct{}), done: make(chan struct{}), giveUp: cancel}
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
	c, err := w.js.Consumer(t.Context(), w.streams.Names.Jobs, w.streams.Names.Consumer)
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
