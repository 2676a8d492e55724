package jet

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// A Call is one request and its replies so far. It is one caller's, who releases it.
type Call struct {
	mux   *Mux
	slot  uint32
	done  chan struct{} // has room for one
	timer *time.Timer

	mu      sync.Mutex
	gen     uint32
	single  bool // the first reply is the last
	ended   bool // the last reply is there: the caller reads them without the lock
	replies Replies
	err     error   // why there are no replies
	part    bool    // the replies are a part of an answer, which is known to be whole
	convoy  *convoy // must be told when the call ends or is given up, by who sets this to nil
	trip    *trip   // of a call of a convoy: what it shares, if it does
}

// accept takes a reply, and tells the call's convoy if it was the last.
func (c *Call) accept(gen uint32, msg *nats.Msg) bool {
	c.mu.Lock()
	if gen != c.gen || c.ended {
		c.mu.Unlock()
		return false
	}
	c.replies = append(c.replies, msg)
	if !c.single && (len(msg.Data) > 0 || msg.Header.Get(statusHeader) == "") {
		c.mu.Unlock()
		return true
	}
	v, trip := c.convoy, c.trip
	c.end(nil)
	c.mu.Unlock()
	if v != nil {
		v.arrived(c, trip)
	}
	return true
}

// end ends a call whose lock is held.
func (c *Call) end(err error) {
	c.ended, c.err, c.convoy = true, err, nil
	c.done <- struct{}{} // has room: this comes once a generation
}

// settle ends a call that was never sent, with what another brought, unless its
// caller left. It tells whether the call's convoy has not been told of an end.
func (c *Call) settle(gen uint32, replies []*nats.Msg, err error) (untold bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if gen != c.gen || c.ended {
		return false
	}
	untold = c.convoy != nil
	c.replies, c.part = append(c.replies, replies...), true
	c.end(err)
	return untold
}

// join makes a call one of a convoy's.
func (c *Call) join(v *convoy) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.convoy = v
}

// ride makes a call one of those that share a trip, or the one that they share.
func (c *Call) ride(shared *trip) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trip = shared
}

// leave gives the convoy that has to be told that the call is given up.
func (c *Call) leave() *convoy {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.convoy
	c.convoy = nil
	return v
}

// Wait waits for the last reply. One that is there is taken, though the time be
// up. The replies are the caller's until Release.
//
// ErrTimeout: nothing came in time. ErrLengthy: not all did. ErrAlone: see
// Direct.Share. Any other error is why nothing could be sent, or ctx's own.
func (c *Call) Wait(ctx context.Context, atMost time.Duration) (Replies, error) {
	c.timer.Reset(atMost)
	select {
	case <-c.done:
		return c.replies, c.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-c.timer.C:
	}
	select {
	case <-c.done:
		return c.replies, c.err
	default:
		return nil, c.timeout()
	}
}

// timeout is the error of a call whose time is up. One that has a part of its
// answer tells that it was answered, if not to the end.
func (c *Call) timeout() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.replies) > 0 {
		return ErrLengthy
	}
	return ErrTimeout
}

// Whole tells whether replies that Wait gave were lost on their way: ErrLost. Of
// a part of an answer that others shared this is known.
func (c *Call) Whole() error {
	if c.part {
		return nil
	}
	return c.replies.whole()
}

// Release gives the slot back: replies that are still to come are dropped.
func (c *Call) Release() {
	c.timer.Stop()
	if v := c.leave(); v != nil {
		v.left(c)
	}
	c.mu.Lock()
	c.gen++
	c.convoy, c.trip, c.err = nil, nil, nil
	if cap(c.replies) > keepReplies {
		c.replies = nil
	}
	clear(c.replies)
	c.replies = c.replies[:0]
	select {
	case <-c.done:
	default:
	}
	c.mu.Unlock()

	c.mux.mu.Lock()
	c.mux.free = append(c.mux.free, c)
	c.mux.mu.Unlock()
}
