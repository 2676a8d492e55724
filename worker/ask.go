package worker

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/worker/operations"
)

// An askLane takes requests that wait for an answer. It is a micro service,
// so that `nats micro ls`, `info` and `stats` find the worker. Its bounds:
// what waits to be looked at is bounded by the subscription's pending limits,
// what is worked on by admission; past that a caller is told at once that
// this worker is full, and may find another.
type askLane struct {
	w       *Worker
	work    context.Context // of the work, which outlives the taking
	service micro.Service
}

// openAsks begins to take asks, unless the server does not let it.
func (w *Worker) openAsks(ctx, work context.Context) (*askLane, error) {
	l := &askLane{w: w, work: work}
	service, err := micro.AddService(w.deps.Conn, micro.Config{
		Name:        w.cfg.ServiceName,
		Version:     w.cfg.Version,
		Description: "Context Manager: stores items and assembles contexts",
		Metadata:    map[string]string{"worker": w.cfg.ID},
		QueueGroup:  w.cfg.QueueGroup,
		ErrorHandler: func(_ micro.Service, err *micro.NATSError) {
			l.failed(err)
		},
	})
	if err != nil {
		return nil, err
	}
	l.service = service
	err = service.AddEndpoint("ask", micro.HandlerFunc(l.take),
		micro.WithEndpointSubject(w.deps.Subjects.AskAll()),
		micro.WithEndpointPendingLimits(w.cfg.AskPendingMessages, w.cfg.AskPendingBytes))
	if err == nil {
		err = w.asksDenied(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, service.Stop())
	}
	return l, nil
}

// take runs on the subscription's goroutine and never blocks it. It does not
// answer through m, whose result micro reads when take returns.
func (l *askLane) take(m micro.Request) {
	d := delivery{
		lane: messages.LaneAsk, subject: m.Subject(), reply: m.Reply(), header: m.Headers(), body: m.Data(),
		name: askDelivery,
	}
	leave, ok := l.w.asks.try(len(d.body))
	if !ok {
		l.w.turnAway(d, messages.Errorf(messages.CodeOverloaded, "%s", full(len(d.body))).After(l.w.cfg.RetryAfter))
		return
	}
	begun := l.w.crew.do(func() {
		defer leave()
		l.w.answer(l.work, d)
	})
	if !begun {
		leave()
		l.w.turnAway(d, messages.Errorf(messages.CodeDraining, "this worker is shutting down: try again, another will answer").After(l.w.cfg.RetryAfter))
	}
}

// full is what an ask with a body of n bytes is told that finds no room. No
// place is kept for it: a body that waits here takes memory, and who was refused
// is not known when it comes again. Large jobs wait in the stream, in its order.
func full(n int) string {
	const advice = "this worker is full: try again, another may answer"
	if n < heavyBytes {
		return advice
	}
	return advice + "; a request as large as this keeps its place in line if it is sent as a job"
}

// failed records what the connection says about the service's subscriptions, but that
// an ask has headers that are none: anybody can send those, and it is refused and counted.
func (l *askLane) failed(err *micro.NATSError) {
	if errors.Is(err, nats.ErrBadHeaderMsg) {
		return
	}
	if errors.Is(err, nats.ErrSlowConsumer) {
		l.w.metrics.slowConsumer.Inc()
	}
	l.w.deps.Logger.Warn().Err(err).Msg("the ask lane reports an error")
}

// stop ends the taking and returns when every message that the server had
// sent has been given to take. It does not wait for the work.
func (l *askLane) stop(ctx context.Context) error {
	if err := l.service.Stop(); err != nil {
		return err
	}
	// The subscription is micro's own, and micro does not tell when it has run
	// dry. After the flush the server sends nothing more, and the barrier is
	// queued behind what it has sent.
	if err := l.w.deps.Conn.FlushWithContext(ctx); err != nil {
		return err
	}
	dry := make(chan struct{})
	if err := l.w.deps.Conn.Barrier(func() { close(dry) }); err != nil {
		return err
	}
	select {
	case <-dry:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// turnAway refuses an ask unread.
func (w *Worker) turnAway(d delivery, failure *messages.Error) {
	w.refuse(d, failure)
	w.metrics.count(d.lane, w.opLabel(d.subject), failure)
}

// answer takes one ask from its verification to its reply.
func (w *Worker) answer(work context.Context, d delivery) {
	began := w.deps.Clock()
	v, err := w.verify(d, began)
	if err != nil {
		failure := refusal(work, err)
		w.refused(work, d, err)
		w.refuse(d, failure)
		w.metrics.observe(d.lane, w.opLabel(d.subject), failure, w.deps.Clock().Sub(began))
		return
	}
	ctx, cancel := w.until(work, v, w.cfg.AskTimeout)
	defer cancel()
	if v.Bundled() {
		w.answerBundle(ctx, d, v, began)
		return
	}
	body, failure := w.carryOut(ctx, d, v)
	_ = w.respond(v, body, failure) // who waits for it asks again
	w.buffers.put(body)
	w.metrics.observe(d.lane, string(v.Op()), failure, w.deps.Clock().Sub(began))
}

// carryOut does what a verified ask wants, if it is no replay and its key's rate allows it.
func (w *Worker) carryOut(ctx context.Context, d delivery, v envelope.Verified) ([]byte, *messages.Error) {
	if err := w.first(v, d); err != nil {
		return nil, w.notAgain(ctx, v, err)
	}
	if failure := w.overRate(v); failure != nil {
		return nil, failure
	}
	again, err := w.once(ctx, v, d, 1)
	if err != nil {
		return nil, w.notAgain(ctx, v, err)
	}
	return w.effect(ctx, v, again)
}

// overRate spends one request of the key's rate, and says why if there is none left.
func (w *Worker) overRate(v envelope.Verified) *messages.Error {
	wait := w.rates.take(v, 1, w.deps.Clock())
	if wait == 0 {
		return nil
	}
	return messages.Errorf(messages.CodeRateLimited, "the key's rate is used up: wait, or ask for a higher rate").After(wait)
}

// effect carries out an ask that was let through.
func (w *Worker) effect(ctx context.Context, v envelope.Verified, again bool) ([]byte, *messages.Error) {
	r := operations.Request{Verified: v, Again: again, Trace: &operations.Trace{}}
	body, err := w.perform(ctx, r)
	failure := w.failure(ctx, v, err)
	w.audit.performed(ctx, v, r.Trace, failure)
	return body, failure
}

// notAgain is the answer to an ask that was not let through, and audits it if it is a replay.
func (w *Worker) notAgain(ctx context.Context, v envelope.Verified, err error) *messages.Error {
	if messages.HasCode(err, messages.CodeReplayed) {
		w.replayed(ctx, v)
	}
	return refusal(ctx, err)
}

// failure is the coded error of an operation, nil if it has none. A defect is
// logged: what the caller sees of it says nothing.
func (w *Worker) failure(ctx context.Context, v envelope.Verified, err error) *messages.Error {
	if err == nil {
		return nil
	}
	failure := w.noted(ctx, err)
	if failure.Code == messages.CodeInternal {
		w.deps.Logger.Error().Err(err).AnErr("cause", errors.Unwrap(failure)).
			Str("op", string(v.Op())).Str("request", v.ID()).Msg("an operation failed")
	}
	return failure
}

// opLabel is the operation of an unverified subject, for metrics.
func (w *Worker) opLabel(subject string) string {
	_, _, op, err := w.deps.Subjects.Parse(subject)
	if err != nil {
		return "unknown"
	}
	return string(op)
}
