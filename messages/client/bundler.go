package client

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// A bundler lets calls of one operation and lane that come while others are on
// their way share a message: what a message costs to send, sign, verify and
// record, and to replicate if it is a job, each of them then has a part of. An
// assemble so takes five sixths of a worker's processor time, with 64 callers on
// four clients (docs/BENCHMARKS.md).
//
// Who finds the way free, and has been alone on it, goes at once: a caller that
// has none beside it waits for nobody. Others gather until a message that is on
// its way has its answer, or is in the stream if it is a job, and no longer than gathering.
type bundler struct {
	c *Client
	// carry sends a bundle that nobody boards any more, and gives each call what it
	// comes to. It calls landed once, as soon as the way is free. ctx ends when none
	// of the callers waits any more.
	carry  func(ctx context.Context, b *bundler, n *bundle)
	flying sync.WaitGroup // goroutines of bundles

	mu      sync.Mutex
	out     int       // messages on their way
	next    *bundle   // that gathers, nil if none does
	crowded bool      // the last message that gathered had several calls: their callers are about to call again
	apart   time.Time // until when each goes alone, as it was found that bundles are not taken
	closed  bool
}

const (
	abreast   = 2                // messages of one operation on their way at once before calls gather
	gathering = time.Millisecond // how long calls gather at most
	// smallBody is the largest body that shares a message: what is larger costs
	// more than a message does, and takes long.
	smallBody = 16 << 10
	// endsApart is how far the end of a call's try is from that of another's with
	// which it shares a message: a tenth of a try that is short.
	endsApart = shortTry / 10
	// apartFor is how long no calls share a message after one was refused for what it
	// is. Long enough that a fleet of workers that know no bundles is seldom asked, and
	// short enough that one which is being replaced is soon asked again.
	apartFor = 10 * time.Second
	// shortTry is what a call has left at least that shares a message: the try of
	// all asks ends with that of the first, and whoever gathers has a little less.
	shortTry = time.Second
)

// newBundlers are the bundlers of a lane, one for each operation.
func newBundlers(c *Client, carry func(context.Context, *bundler, *bundle)) map[messages.Op]*bundler {
	all := make(map[messages.Op]*bundler)
	for _, op := range messages.Ops {
		all[op] = &bundler{c: c, carry: carry}
	}
	return all
}

// try has a call share a message with others, or go alone, as send has it, which is
// given what to call once as soon as the way is free. A call that is not to share is on nobody's way.
func (b *bundler) try(ctx context.Context, k call, send func(landed func()) outcome) outcome {
	if k.solo {
		return send(func() {})
	}
	seat, alone := b.board(k)
	if alone {
		return send(b.landed)
	}
	o := b.ride(ctx, seat)
	if errors.Is(o.err, errNotTogether) {
		b.part()
		return send(b.landed)
	}
	return o
}

// board gives a call a seat in the next message, or tells that it goes alone and is to land.
func (b *bundler) board(k call) (s *seat, alone bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	most := b.c.opts.Bundle
	if b.closed || most == 1 || b.parted() || b.next == nil && b.free() && !b.crowded {
		b.out++
		return nil, true
	}
	if b.next != nil && !b.next.fits(k) {
		b.dispatch()
	}
	if b.next == nil {
		b.next = &bundle{seats: make([]*seat, 0, most), leave: make(chan struct{}, 1)}
		b.flying.Add(1)
		go b.fly(b.next)
	}
	s = b.next.add(k)
	if len(b.next.seats) == most {
		b.dispatch()
	}
	return s, false
}

// part has calls go alone for a while, one of them now.
func (b *bundler) part() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.out++
	b.apart = b.c.opts.Clock().Add(apartFor)
}

// parted tells whether calls go alone for a while. It is called with the lock.
func (b *bundler) parted() bool { return !b.apart.IsZero() && b.c.opts.Clock().Before(b.apart) }

// dispatch has a bundle leave that has no room for more. It is called with the lock.
func (b *bundler) dispatch() {
	b.next.depart()
	b.next = nil
}

// fly gathers a bundle, sends it and waits for what its calls come to.
func (b *bundler) fly(n *bundle) {
	defer b.flying.Done()
	b.gather(n)
	ctx, abandon := context.WithCancel(context.Background())
	defer abandon()
	b.takeOff(n, abandon)
	b.carry(ctx, b, n)
}

// gather waits for calls that may come. Where the way is free it only lets those
// run that can: callers who have just had their answers.
func (b *bundler) gather(n *bundle) {
	b.mu.Lock()
	free := b.free()
	b.mu.Unlock()
	if free {
		runtime.Gosched()
		return
	}
	timer := time.NewTimer(gathering)
	defer timer.Stop()
	select {
	case <-n.leave:
	case <-timer.C:
	case <-b.c.inbox.done:
	}
}

// free tells whether a message may go. It is called with the lock.
func (b *bundler) free() bool { return b.out < abreast }

// takeOff lets nobody board any more, and has the last caller that gives up abandon the bundle.
func (b *bundler) takeOff(n *bundle, abandon func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == n {
		b.next = nil
	}
	if n.abandon = abandon; n.waiting == 0 {
		abandon()
	}
	b.out++
	b.crowded = len(n.seats) > 1
}

// landed is told that a message has its answer or is in the stream, or that neither will be.
func (b *bundler) landed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.out--
	if b.next != nil {
		b.next.depart()
	}
}

// close has later calls go alone, and waits for those that share a message.
func (b *bundler) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.flying.Wait()
}
