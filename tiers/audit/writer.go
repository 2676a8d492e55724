package tiers

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
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

// auditBatch is how many records one message holds at most.
const auditBatch = 1024

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

// batch takes what else comes while the first record lingers, up to a limit;
// when the tiers close, what is queued. A message a record would be a third
// publish for each store.
func (a *auditor) batch(first messages.AuditEvent) []messages.AuditEvent {
	events := []messages.AuditEvent{first}
	linger := time.NewTimer(a.cfg.Audit.Linger)
	defer linger.Stop()
	for len(events) < auditBatch {
		select {
		case e := <-a.queue:
			events = append(events, e)
		case <-linger.C:
			return events
		case <-a.stop:
			return a.rest(events)
		}
	}
	return events
}

// rest takes what is queued without waiting.
func (a *auditor) rest(events []messages.AuditEvent) []messages.AuditEvent {
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

// publish stores records as one message.
func (a *auditor) publish(events []messages.AuditEvent) {
	ctx, cancel := jet.Within(a.work, a.cfg.Write.Deadline)
	defer cancel()
	var body []byte
	written := 0
	for _, e := range events {
		var err error
		if body, err = messages.AppendAudit(body, e); err != nil {
			a.lost(err, 1)
			continue
		}
		written++
	}
	if _, err := a.js.PublishMsg(ctx, &nats.Msg{Subject: a.subject, Data: body}); err != nil {
		a.lost(err, written)
		return
	}
	a.met.auditStored.Add(float64(written))
}

func (a *auditor) lost(err error, records int) {
	a.met.auditDropped.Add(float64(records))
	a.log.Warn().Err(err).Int("records", records).Msg("audit records were not stored")
}

// close publishes what is queued, and waits for it until ctx ends. An
// acknowledgement that went down with a leader never comes: three quarters of
// the time are for waiting, and what is then unanswered is counted as dropped,
// as is what is left when ctx has ended.
func (a *auditor) close(ctx context.Context) error {
	a.stopped.Do(func() { close(a.stop) })
	if end, ok := ctx.Deadline(); ok {
		defer time.AfterFunc(time.Until(end)*3/4, a.giveUp).Stop()
	}
	select {
	case <-a.done:
		return nil
	case <-ctx.Done():
		a.giveUp()
		return messages.Caused(messages.CodeDeadline, ctx.Err(), "audit records were still being written when time was up")
	}
}
