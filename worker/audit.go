package worker

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/worker/operations"
)

// reasonReplay is the reason of a verified message that was used before.
const reasonReplay = "replay"

// An auditor records what changed something, and what was refused. Changes
// are all recorded. Refusals are recorded up to a rate, so that a flood of
// them does not become a flood of audit; those whose signature was right have
// a rate of their own, so that no flood of forgeries hides a key that leaked,
// and so have jobs that were not begun, or that only read.
type auditor struct {
	to      Auditor
	clock   func() time.Time
	metrics *metrics
	worker  string

	forgeries, known, undone limitedEvents
}

// limitedEvents are events that are recorded up to a rate.
type limitedEvents struct {
	rate       *rate.Limiter
	suppressed atomic.Uint64
}

func newAuditor(to Auditor, cfg Config, m *metrics, clock func() time.Time) *auditor {
	a := &auditor{to: to, clock: clock, metrics: m, worker: cfg.ID}
	burst := int(math.Ceil(cfg.RefusalAudits)) * 10
	a.forgeries.rate = rate.NewLimiter(rate.Limit(cfg.RefusalAudits), burst)
	a.known.rate = rate.NewLimiter(rate.Limit(cfg.RefusalAudits), burst)
	a.undone.rate = rate.NewLimiter(rate.Limit(cfg.RefusalAudits), burst)
	return a
}

// performed records a change, done or failed.
func (a *auditor) performed(ctx context.Context, v envelope.Verified, t *operations.Trace, failure *messages.Error) {
	if !v.Op().Changes() {
		return
	}
	e := a.event(messages.AuditPerformed, v)
	e.Owner, e.Revision = t.Owners, t.Revision
	if failure != nil {
		e.Code = failure.Code
	}
	a.to.Audit(ctx, e)
}

// notDone records a job that is given up though it changed nothing: its key's
// rate did not come to it, or it wanted to read and failed.
func (a *auditor) notDone(ctx context.Context, v envelope.Verified, failure *messages.Error) {
	e := a.event(messages.AuditPerformed, v)
	e.Code = failure.Code
	a.limited(ctx, &a.undone, e)
}

// refused records a message that failed verification.
func (a *auditor) refused(ctx context.Context, lane messages.Lane, tenant string, op messages.Op, err error) {
	e := messages.AuditEvent{
		At: a.clock().UnixMilli(), Worker: a.worker, Kind: messages.AuditRefused,
		Lane: lane, Tenant: tenant, Op: op, Code: messages.CodeOf(err),
	}
	var r *envelope.Refusal
	if errors.As(err, &r) {
		e.KeyID, e.ID, e.Proved, e.Reason = r.KeyID, r.ID, r.Proved, r.Reason
	}
	if e.Proved {
		a.limited(ctx, &a.known, e)
	} else {
		a.limited(ctx, &a.forgeries, e)
	}
}

// replayed records a message that was used before.
func (a *auditor) replayed(ctx context.Context, v envelope.Verified) {
	e := a.event(messages.AuditRefused, v)
	e.Code, e.Reason = messages.CodeReplayed, reasonReplay
	a.limited(ctx, &a.known, e)
}

func (a *auditor) event(kind string, v envelope.Verified) messages.AuditEvent {
	return messages.AuditEvent{
		At: a.clock().UnixMilli(), Worker: a.worker, Kind: kind,
		Lane: v.Lane(), Tenant: v.Tenant(), Op: v.Op(), KeyID: v.KeyID(), ID: v.ID(), Proved: true,
	}
}

func (a *auditor) limited(ctx context.Context, l *limitedEvents, e messages.AuditEvent) {
	if !l.rate.AllowN(a.clock(), 1) {
		l.suppressed.Add(1)
		a.metrics.auditSuppressed.Inc()
		return
	}
	e.Suppressed = l.suppressed.Swap(0)
	a.to.Audit(ctx, e)
}

// refused counts and audits a message that failed verification.
func (w *Worker) refused(ctx context.Context, d delivery, err error) {
	reason := "panic"
	var r *envelope.Refusal
	if errors.As(err, &r) {
		reason = r.Reason
	}
	w.metrics.refusals.WithLabelValues(string(d.lane), reason).Inc()
	_, tenant, op, _ := w.deps.Subjects.Parse(d.subject)
	w.audit.refused(ctx, d.lane, tenant, op, err)
}

// replayed counts and audits a message that was used before.
func (w *Worker) replayed(ctx context.Context, v envelope.Verified) {
	w.metrics.refusals.WithLabelValues(string(v.Lane()), reasonReplay).Inc()
	w.audit.replayed(ctx, v)
}
