package worker

import (
	"cmp"
	"time"

	"github.com/context-manager/context-manager/messages"
)

const (
	// partsWait is how long a reply that is ready waits for those of the bundle's
	// other requests. It doubles with each message, so they are few, up to
	// partsWaitMost: its caller's time may be short.
	partsWait     = 2 * time.Millisecond
	partsWaitMost = 32 * time.Millisecond
	// partsBytes is from which size on replies leave without waiting.
	partsBytes = 512 << 10
)

// answer adds the reply to one request to those that are ready.
func (b *bundle) answer(p part, body []byte, failure *messages.Error) {
	if most := (&messages.PartReplies{}).Room(b.room); failure == nil && len(body) > most {
		failure = tooLong(len(body), most)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(p, body, failure)
	b.observe(p, failure)
	b.finish()
}

// observe counts what one request came to.
func (b *bundle) observe(p part, failure *messages.Error) {
	b.w.metrics.observe(p.Lane(), string(p.Op()), failure, b.w.deps.Clock().Sub(b.began))
}

// add adds a reply to those that are ready. It is called with the lock, as what follows.
func (b *bundle) add(p part, body []byte, failure *messages.Error) {
	reply := messages.PartReply{Place: p.place, Status: statusOK, Body: body}
	if failure != nil {
		reply.Status, reply.Body = failure.Code.Status(), errorBody(failure)
	}
	if len(reply.Body) > b.ready.Room(min(b.room, partsBytes)) {
		b.flush()
	}
	if b.ready.Empty() {
		b.ready.Into(b.w.buffers.get())
		b.over.Reset(b.wait)
	}
	b.ready.Add(reply)
}

// pass is told of a request that has no answer, or not yet.
func (b *bundle) pass(p part, failure *messages.Error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.observe(p, failure)
	b.finish()
}

// finish is told of each request that has come to something. It is called with the lock.
func (b *bundle) finish() {
	if b.open--; b.open == 0 {
		b.end()
	}
}

// end says that no request will be answered any more.
func (b *bundle) end() { close(b.done) }

// send sends what is ready, until all of it is sent.
func (b *bundle) send() {
	for {
		select {
		case <-b.over.C:
			b.sendReady()
		case <-b.done:
			b.sendReady()
			return
		}
	}
}

func (b *bundle) sendReady() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ready.Empty() {
		b.wait = min(2*b.wait, partsWaitMost)
	}
	b.flush()
}

// flush sends what is ready. It is called with the lock. What cannot be sent is
// lost: nobody may be told that the whole bundle failed, of which much is done.
func (b *bundle) flush() {
	if b.ready.Empty() {
		return
	}
	body := b.ready.Take()
	if b.whole.Reply() != "" {
		err := b.w.send(b.whole, body, nil)
		b.w.checkSent(err)
		b.lost = cmp.Or(b.lost, err)
	}
	b.w.buffers.put(body)
}
