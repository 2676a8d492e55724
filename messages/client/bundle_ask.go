package client

import (
	"context"
	"fmt"
)

// carryAsks sends a bundle on the ask lane. The way is free when all calls have
// what they come to.
func (c *Client) carryAsks(ctx context.Context, b *bundler, n *bundle) {
	defer b.landed()
	switch len(n.seats) {
	case 0: // all gave up
	case 1:
		n.seats[0].done <- c.send(ctx, &n.seats[0].call)
	default:
		n.end(c.unlessOver(ctx, n.until, asWhole(c.exchange(ctx, n))))
	}
}

// exchange sends a bundle and hands out its answers, until all calls have theirs
// or there will be no more, which err tells of those that are left.
func (c *Client) exchange(ctx context.Context, n *bundle) error {
	now := c.opts.Clock()
	if ctx.Err() != nil || n.until.Sub(now) < shortestLife { // it was held up
		return c.timedOut(ctx, nil)
	}
	s, err := c.inbox.open(n.until.Sub(now), len(n.seats))
	if err != nil {
		return err
	}
	defer c.inbox.release(s)
	n.sent.Store(&Receipt{ID: s.id})
	if err := c.publish(n.seats[0].op, s, n.body(), now, n.until); err != nil {
		return err
	}
	return c.hear(ctx, s, n, c.judgeAsk, n.follows)
}

// follows tells whether another try follows of each call that has no answer.
func (n *bundle) follows(err error) bool {
	for _, s := range n.seats {
		if s != nil && !s.follows(err) {
			return false
		}
	}
	return true
}

// asWhole is an error that a bundle came to, as its calls see it: what a worker
// signed that it will not do may be for what they are together. It is not if they
// may have had an effect: alone each would be done a second time.
func asWhole(err error) error {
	if err != nil && !ambiguous(err) && !retryable(err) {
		return fmt.Errorf("%w: %w", errNotTogether, err)
	}
	return err
}
