package worker

import (
	"context"
	"maps"
	"sync"
	"time"
)

// checkupAge is for how long what components said is told again. /health has no
// login, and each component asks the servers: who calls it often has them asked
// no oftener than this.
const checkupAge = time.Second

// A checkup is what components said of themselves when they were last asked.
type checkup struct {
	ask   func(context.Context) map[string]error // nil if there is none
	clock func() time.Time
	most  time.Duration // that asking may take

	mu     sync.Mutex // held while they are asked: whoever comes meanwhile wants the same
	asked  time.Time
	states map[string]error
}

// report gives the states in a map of the caller's own, no older than checkupAge when it was called. It asks
// on no caller's time, since others may wait for the answer.
func (c *checkup) report(ctx context.Context) map[string]error {
	called := c.clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ask != nil && (c.states == nil || called.Sub(c.asked) >= checkupAge) {
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.most)
		defer cancel()
		c.asked, c.states = c.clock(), c.ask(limited)
	}
	own := make(map[string]error, len(c.states)+3) // and three that the worker knows by itself
	maps.Copy(own, c.states)
	return own
}
