package tiers

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
)

// An auditor publishes audit records in the background. Its queue is bounded:
// what does not fit is dropped and counted, for a request never waits for it.
type auditor struct {
	*Tiers
	subject string
	queue   chan messages.AuditEvent
	stop    chan struct{}
	stopped sync.Once
	done    chan struct{}
	work    context.Context // of publishing, until close gives up
	giveUp  context.CancelFunc
}

// auditBatch is how many records are on their way before their
// acknowledgements are waited for.
const auditBatch = 256

func newAuditor(t *Tiers) *auditor {
	a := &auditor{
		Tiers: t, subject: t.subjects.Audit(t.cfg.Worker),
		queue: make(chan messages.AuditEvent, t.cfg.Audit.Queue),
		stop:  make(chan struct{}), done: make(chan struct{}),
	}
	a.work, a.giveUp = context.WithCancel(context.Background())
	go a.run()
	return a
}

// Audit records an event. It never blocks: if the queue is full, or the tiers
// are closed, the event is dropped and counted.
func (t *Tiers) Audit(_ context.Context, e messages.AuditEvent) {
	if e.Worker == "" {
		e.Worker = t.cfg.Worker
	}
	select {
	case <-t.audit.stop:
		t.met.auditDropped.Inc()
		return
	default:
	}
	select {
	case t.audit.queue <- e:
	default:
		t.met.auditDropped.Inc()
	}
}

func (a *auditor) run() {
	defer close(a.done)
	defer a.giveUp()
	for {
		select {
		case e := <-a.queue:
			a.publish(a.batch(e))
		case <-a.stop:
			a.drain()
			return
		}
	}
}

// drain publishes what is queued when the tiers close.
func (a *auditor) drain() {
	for {
		select {
		case e := <-a.queue:
			a.publish(a.batch(e))
		default:
			return
		}
	}
}

// batch takes what else is queued, up to a limit.
func (a *auditor) batch(first messages.AuditEvent) []messages.AuditEvent {
	events := []messages.AuditEvent{first}
	for len(events) < auditBatch {
		select {
		case e := <-a.queue:
			events = append(events, e)
		default:
			return events
		}
	}
	return events
}

// publish sends records without waiting for each, then waits for all.
func (a *auditor) publish(events []messages.AuditEvent) {
	ctx, cancel := within(a.work, a.cfg.Write.Deadline)
	defer cancel()
	waiting := make([]jetstream.PubAckFuture, 0, len(events))
	for i := range events {
		if f := a.send(&events[i]); f != nil {
			waiting = append(waiting, f)
		}
	}
	for _, f := range waiting {
		select {
		case <-f.Ok():
			a.met.auditStored.Inc()
		case err := <-f.Err():
			a.lost(err)
		case <-ctx.Done():
			a.lost(errTimeout)
		}
	}
}

func (a *auditor) send(e *messages.AuditEvent) jetstream.PubAckFuture {
	body, err := json.Marshal(e)
	if err == nil {
		var f jetstream.PubAckFuture
		if f, err = a.js.PublishMsgAsync(&nats.Msg{Subject: a.subject, Data: body}); err == nil {
			return f
		}
	}
	a.lost(err)
	return nil
}

func (a *auditor) lost(err error) {
	a.met.auditDropped.Inc()
	a.log.Warn().Err(err).Msg("an audit record was not stored")
}

// close publishes what is queued, and waits for it until ctx ends. An
// acknowledgement that went down with a leader never comes: three quarters of
// the time are for waiting, and what is then unanswered is counted as dropped.
func (a *auditor) close(ctx context.Context) error {
	a.stopped.Do(func() { close(a.stop) })
	if end, ok := ctx.Deadline(); ok {
		defer time.AfterFunc(time.Until(end)*3/4, a.giveUp).Stop()
	}
	select {
	case <-a.done:
		a.js.CleanupPublisher()
		return nil
	case <-ctx.Done():
		return messages.Caused(messages.CodeDeadline, ctx.Err(), "audit records were still being written when time was up")
	}
}
