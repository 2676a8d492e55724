package tiers

import (
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
