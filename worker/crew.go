package worker

import (
	"context"
	"fmt"
	"sync"
)

// A crew does the work of handlers, each on a goroutine. It can be closed, so
// that no work begins any more, and waited for with a context.
//
// A goroutine that has done its work waits for more for as long as the crew is
// open: it has the stack that a request needs, which a fresh one grows into
// by copying it again and again, a twentieth of an ask's time.
type crew struct {
	next chan func() // to goroutines that wait for work
	gone chan struct{}
	all  sync.WaitGroup // goroutines

	mu     sync.Mutex
	busy   int
	began  int // goroutines, ever
	closed bool
}

func newCrew() *crew { return &crew{next: make(chan func()), gone: make(chan struct{})} }

// do begins work, unless the crew is closed. It does not wait for anything.
func (c *crew) do(work func()) bool {
	if !c.join() {
		return false
	}
	c.give(work)
	return true
}

// also begins work for work that has begun and has not ended, so whether the crew is closed or not.
func (c *crew) also(work func()) {
	c.mu.Lock()
	c.busy++
	c.mu.Unlock()
	c.give(work)
}

// give has a goroutine that waits do it, or a new one.
func (c *crew) give(work func()) {
	select {
	case c.next <- work:
	default:
		c.begin(work)
	}
}

func (c *crew) begin(work func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.began++
	c.all.Add(1)
	go c.serve(work)
}

// serve does work until there is none and will be none.
func (c *crew) serve(work func()) {
	defer c.all.Done()
	for {
		c.finish(work)
		select {
		case work = <-c.next:
		case <-c.gone:
			return
		}
	}
}

func (c *crew) finish(work func()) {
	defer c.leave()
	work()
}

func (c *crew) join() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.busy++
	return true
}

func (c *crew) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy--
	c.checkGone()
}

// close lets no more work begin.
func (c *crew) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		c.checkGone()
	}
}

func (c *crew) checkGone() {
	if c.closed && c.busy == 0 {
		close(c.gone)
	}
}

// wait returns when the crew is closed, its work is done and its goroutines
// have ended, or with an error when ctx ends.
func (c *crew) wait(ctx context.Context) error {
	select {
	case <-c.gone:
	case <-ctx.Done():
		if err := c.unfinished(ctx); err != nil {
			return err
		}
	}
	c.all.Wait() // they have nothing more to do
	return nil
}

// unfinished is the error of a wait that ends, nil if there is nothing to wait for.
func (c *crew) unfinished(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed && c.busy == 0 {
		return nil
	}
	return fmt.Errorf("%d requests are still being worked on: %w", c.busy, ctx.Err())
}
