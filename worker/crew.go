package worker

import (
	"context"
	"fmt"
	"sync"
)

// A crew counts the handlers at work. Unlike a sync.WaitGroup it can be
// closed, so that nobody joins any more, and waited for with a context.
type crew struct {
	mu      sync.Mutex
	members int
	closed  bool
	gone    chan struct{}
}

func newCrew() *crew { return &crew{gone: make(chan struct{})} }

// join adds a handler, unless the crew is closed.
func (c *crew) join() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.members++
	return true
}

// leave takes a handler away that has joined.
func (c *crew) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.members--
	c.checkGone()
}

// close lets nobody join any more.
func (c *crew) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		c.checkGone()
	}
}

func (c *crew) checkGone() {
	if c.closed && c.members == 0 {
		close(c.gone)
	}
}

// wait returns when the crew is closed and all have left, or with an error when ctx ends.
func (c *crew) wait(ctx context.Context) error {
	select {
	case <-c.gone:
		return nil
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		return fmt.Errorf("%d requests are still being worked on: %w", c.members, ctx.Err())
	}
}
