package worker

import (
	"context"
	"sync"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/worker/operations"
)

// A bundle is the work on a message that has several requests. They are carried
// out side by side and answered together, but none waits long for another.
type bundle struct {
	w     *Worker
	whole envelope.Verified
	began time.Time
	room  int           // for answers, in one message
	done  chan struct{} // closed when the last request has its reply

	mu    sync.Mutex
	open  int // requests without a reply
	ready messages.PartReplies
	wait  time.Duration // of what is ready next
	over  *time.Timer   // fires when what is ready has waited
	lost  error         // why an answer could not be sent
}

// A part is a request of a bundle.
type part struct {
	envelope.Verified
	place int
}

func (w *Worker) newBundle(v envelope.Verified, began time.Time) *bundle {
	return &bundle{w: w, whole: v, began: began, room: w.payloadRoom(), done: make(chan struct{}), wait: partsWait, over: time.NewTimer(partsWait)}
}

// answerBundle takes a bundle of asks from its verification to its last reply. What is
// asked once of a message is asked once of the bundle: whether it was seen before,
// and its entry in the ledger. Rate, outcome and audit are each request's own.
func (w *Worker) answerBundle(ctx context.Context, d delivery, v envelope.Verified, began time.Time) {
	b := w.newBundle(v, began)
	defer b.over.Stop()
	if err := b.carryOut(ctx, d); err != nil {
		failure := w.notAgain(ctx, v, err)
		_ = w.respond(v, nil, failure) // who waits for it asks again
		unanswered := max(1, b.open)   // at least the message, which may be no bundle
		for range unanswered {
			w.metrics.observe(d.lane, string(v.Op()), failure, w.deps.Clock().Sub(began))
		}
	}
}

// carryOut does what the bundle's requests want and answers each. An error is of
// the whole bundle: none of its requests was begun.
//
// Before the ledger is asked one of them has spent its key's rate, as a request
// alone has, which is given back if it is a copy. What the others are told comes
// after: that they were not done is true though there be a copy.
func (b *bundle) carryOut(ctx context.Context, d delivery) error {
	parts, err := b.enter(ctx, d)
	if err != nil {
		return err
	}
	defer b.send()
	for len(parts) > 0 && !b.spend(parts[0]) {
		parts = parts[1:]
	}
	if len(parts) == 0 {
		return nil
	}
	again, err := b.w.once(ctx, b.whole, d, 1)
	if err != nil {
		b.end()
		return err
	}
	b.begin(ctx, parts[0], again, func() {}) // which was let in with the message
	for _, p := range parts[1:] {
		b.follow(ctx, p, again)
	}
	return nil
}

// follow begins a request beside the first, or answers it: in flight each counts.
func (b *bundle) follow(ctx context.Context, p part, again bool) {
	leave, ok := b.w.asks.more()
	switch {
	case !ok:
		b.answer(p, nil, messages.Errorf(messages.CodeOverloaded, "%s", full(0)).After(b.w.cfg.RetryAfter))
	case b.spend(p):
		b.begin(ctx, p, again, leave)
	default:
		leave()
	}
}

// begin has the crew carry out a request that was let through.
func (b *bundle) begin(ctx context.Context, p part, again bool, leave func()) {
	b.w.crew.also(func() {
		defer leave()
		body, failure := b.w.effect(ctx, p.Verified, again)
		b.answer(p, body, failure)
		b.w.buffers.put(body)
	})
}

// enter takes a bundle apart that this worker has not had before.
func (b *bundle) enter(ctx context.Context, d delivery) ([]part, error) {
	if err := b.w.first(b.whole, d); err != nil {
		return nil, err
	}
	parts, err := b.split()
	if err != nil {
		return nil, b.broken(ctx, d, err)
	}
	b.w.metrics.together(len(parts))
	return parts, nil
}

// split takes a bundle apart. Like what is verified before it and decoded after it,
// what it meets a defect with fails alone.
func (b *bundle) split() (parts []part, err error) {
	defer b.w.rescue(&err)
	b.w.reach(beforeSplit, b.whole)
	requests, err := b.whole.Parts()
	if err != nil {
		return nil, err
	}
	b.open = len(requests)
	parts = make([]part, len(requests))
	for i, request := range requests {
		parts[i] = part{request, i}
	}
	return parts, nil
}

// broken is what a bundle comes to that cannot be taken apart. It is a request that
// fails: it costs its key's rate, copies of it are replays, and if it is of a
// change it is audited.
func (b *bundle) broken(ctx context.Context, d delivery, err error) error {
	if failure := b.w.overRate(b.whole); failure != nil {
		return failure
	}
	if _, err := b.w.once(ctx, b.whole, d, 1); err != nil {
		return err
	}
	b.w.audit.performed(ctx, b.whole, &operations.Trace{}, refusal(ctx, err))
	return err
}

// spend tells whether a request's key has rate left for it, and answers it if not.
func (b *bundle) spend(p part) bool {
	failure := b.w.overRate(p.Verified)
	if failure != nil {
		b.answer(p, nil, failure)
	}
	return failure == nil
}
