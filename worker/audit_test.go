package worker

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

func TestChangesAreAuditedAndReadsAreNot(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	r.start(options{config: func(c *Config) { c.ID = "w7" }, deps: func(d *Deps) { d.Audit = trail }})
	stored := store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("a turn")})
	promoted := must[messages.PromoteReply](t, r.submit(call{op: messages.OpPromote, id: newID(t), body: messages.PromoteRequest{
		Session: "s", User: "u", IDs: []string{"t0"}, To: messages.LongTerm,
	}}))
	text := "x"
	fails(t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "none", Text: &text}}), messages.CodeNotFound)
	list(t, r.ask, messages.ListRequest{Session: "s"})

	events := trail.of(messages.AuditPerformed)
	if len(events) != 3 {
		t.Fatalf("%d events; want those of three changes: %+v", len(events), events)
	}
	first := events[0]
	if first.Op != messages.OpStore || first.KeyID != "full" || first.Tenant != testTenant || first.Worker != "w7" || !first.Proved ||
		first.Owner != "session:s" || first.Revision != stored.Revision.Session || first.Code != "" || first.At == 0 || len(first.ID) != messages.RequestIDChars {
		t.Errorf("store: %+v", first)
	}
	if e := events[1]; e.Lane != messages.LaneJob || e.Owner != "user:u session:s" || e.Revision != promoted.Revision.Session {
		t.Errorf("promote: %+v", e)
	}
	if e := events[2]; e.Code != messages.CodeNotFound || e.Owner != "" {
		t.Errorf("update: %+v", e)
	}
}

func TestAFloodOfForgeriesIsNoFloodOfAuditAndHidesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	now := time.Now()
	var later atomic.Int64
	w := r.start(options{
		config: func(c *Config) { c.RefusalAudits = 1 },
		deps: func(d *Deps) {
			d.Audit = trail
			d.Clock = func() time.Time { return now.Add(time.Duration(later.Load())) }
		},
	})
	forge := aList.with(func(c *call) { c.key = "stranger" })
	for range 50 {
		fails(t, r.ask(forge), messages.CodeUnauthorized)
	}
	fails(t, r.ask(aList.with(func(c *call) { c.key = "retired" })), messages.CodeUnauthorized)
	events := trail.of(messages.AuditRefused)
	if len(events) != 11 || testutil.ToFloat64(w.metrics.auditSuppressed) != 40 {
		t.Fatalf("%d events, %v suppressed; want the first ten forgeries and the retired key", len(events), testutil.ToFloat64(w.metrics.auditSuppressed))
	}
	if last := events[10]; last.Reason != envelope.ReasonRetiredKey || !last.Proved || last.KeyID != "retired" {
		t.Errorf("the use of a retired key: %+v", last)
	}
	later.Store(int64(time.Minute))
	fails(t, r.ask(forge), messages.CodeUnauthorized)
	if events = trail.of(messages.AuditRefused); len(events) != 12 || events[11].Suppressed != 40 {
		t.Errorf("%d events, the last of them %+v; want it to tell of the 40 before it", len(events), events[len(events)-1])
	}
	fails(t, r.ask(forge), messages.CodeUnauthorized)
	if events = trail.of(messages.AuditRefused); len(events) != 13 || events[12].Suppressed != 0 {
		t.Errorf("%d events, the last of them %+v; want it to tell of none", len(events), events[len(events)-1])
	}
}

// An id may hold spaces and colons, and must not pass for a second owner.
func TestAnIDIsOneOwnerInTheAudit(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	const hostile = "x user:bob"
	store(t, r.ask, messages.StoreRequest{Session: hostile, Items: turns("a turn")})
	owner := trail.of(messages.AuditPerformed)[0].Owner
	id, err := messages.Unescape(strings.TrimPrefix(owner, "session:"))
	if strings.Contains(owner, " ") || err != nil || id != hostile {
		t.Errorf("owner %q, of which the id reads %q, %v", owner, id, err)
	}
}

// What a job wanted to change, and failed for good, is audited with why, beside the
// letter that it leaves.
func TestAJobThatIsBuriedIsAudited(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	c := call{op: messages.OpStore, id: newID(t), body: badStore}
	r.publish(c)
	r.idle()
	events := trail.of(messages.AuditPerformed)
	if len(events) != 1 || events[0].ID != c.id || events[0].Code != messages.CodeBadJSON || events[0].Lane != messages.LaneJob || events[0].Owner != "" {
		t.Errorf("%+v; want the one that failed", events)
	}
}
