package worker

import (
	"context"
	"sync"
	"time"

	"github.com/context-manager/context-manager/messages"
)

const (
	// partsWait is how long a reply that is ready waits for those of the bundle's
	// other requests. It doubles up to partsWaitMost, so messages are few; but no
	// reply waits for long, however late the last one is: its caller's time may be short.
	partsWait     = 2 * time.Millisecond
	partsWaitMost = 32 * time.Millisecond
	// partsBytes is from which size on replies leave without waiting.
	partsBytes = 512 << 10
)

// A bundle is the work on an ask that has several requests. They are carried
// out side by side and answered together, but none waits long for another.
type bundle struct {
	w     *Worker
	whole messages.Verified
	began time.Time
	done  chan struct{} // closed when the last request has its reply

	mu    sync.Mutex
	open  int // requests without a reply
	ready messages.PartReplies
}

// A part is a request of a bundle.
type part struct {
	messages.Verified
	place int
}

// answerBundle takes a bundle from its verification to its last reply. What is
// asked once of a message is asked once of the bundle: whether it was seen before,
// and its entry in the ledger. Rate, outcome and audit are each request's own.
func (w *Worker) answerBundle(ctx context.Context, d delivery, v messages.Verified, began time.Time) {
	b := &bundle{w: w, whole: v, began: began, done: make(chan struct{})}
	if err := b.carryOut(ctx, d); err != nil {
		failure := w.notAgain(ctx, v, err)
		_ = w.respond(v, nil, failure) // who waits for it asks again
		w.metrics.observe(d.lane, string(v.Op()), failure, w.deps.Clock().Sub(began))
	}
}

// carryOut does what the bundle's requests want and answers each. An error is of
// the whole bundle: none of its requests was begun.
func (b *bundle) carryOut(ctx context.Context, d delivery) error {
	parts, leave, err := b.enter(d)
	if err != nil {
		return err
	}
	defer leave()
	parts = b.spend(parts)
	defer b.send()
	if len(parts) == 0 {
		return nil
	}
	again, err := b.w.once(ctx, b.whole, d)
	if err != nil {
		b.end()
		return err
	}
	for _, p := range parts {
		b.w.crew.also(func() {
			body, failure := b.w.effect(ctx, p.Verified, again)
			b.answer(p, body, failure)
			b.w.buffers.put(body)
		})
	}
	return nil
}

// enter lets a bundle in that this worker has not had before, and has room for:
// in flight each of its requests counts.
func (b *bundle) enter(d delivery) (parts []part, leave func(), err error) {
	if err := b.w.first(b.whole, d); err != nil {
		return nil, nil, err
	}
	requests, err := b.whole.Parts()
	if err != nil {
		return nil, nil, err
	}
	leave, ok := b.w.asks.more(len(requests) - 1)
	if !ok {
		return nil, nil, messages.Errorf(messages.CodeOverloaded, "%s", full(0)).After(b.w.cfg.RetryAfter)
	}
	b.w.metrics.bundled.Add(float64(len(requests)))
	b.open = len(requests)
	parts = make([]part, len(requests))
	for i, request := range requests {
		parts[i] = part{request, i}
	}
	return parts, leave, nil
}

// spend answers those that their key's rate does not let through, and returns the others.
func (b *bundle) spend(parts []part) (allowed []part) {
	for i, p := range parts {
		if failure := b.w.overRate(p.Verified); failure != nil {
			b.answer(p, nil, failure)
			continue
		}
		allowed = append(parts[:len(allowed)], parts[i])
	}
	return allowed
}

// answer adds the reply to one request to those that are ready.
func (b *bundle) answer(p part, body []byte, failure *messages.Error) {
	room := b.w.payloadRoom()
	if failure == nil && len(body) > (&messages.PartReplies{}).Room(room) {
		failure = tooLong(len(body), room)
	}
	reply := messages.PartReply{Place: p.place, Status: statusOK, Body: body}
	if failure != nil {
		reply.Status, reply.Body = failure.Code.Status(), errorBody(failure)
	}
	b.w.metrics.observe(p.Lane(), string(p.Op()), failure, b.w.deps.Clock().Sub(b.began))
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(reply.Body) > b.ready.Room(min(room, partsBytes)) {
		b.flush()
	}
	if b.ready.Empty() {
		b.ready.Into(b.w.buffers.get())
	}
	b.ready.Add(reply)
	if b.open--; b.open == 0 {
		b.end()
	}
}

// end says that no request will be answered any more.
func (b *bundle) end() { close(b.done) }

// send sends what is ready, until all of it is sent.
func (b *bundle) send() {
	wait := partsWait
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			b.sendReady()
			wait = min(2*wait, partsWaitMost)
			timer.Reset(wait)
		case <-b.done:
			b.sendReady()
			return
		}
	}
}

func (b *bundle) sendReady() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flush()
}

// flush sends what is ready. It is called with the lock.
func (b *bundle) flush() {
	if b.ready.Empty() {
		return
	}
	body := b.ready.Take()
	_ = b.w.respond(b.whole, body, nil)
	b.w.buffers.put(body)
}
