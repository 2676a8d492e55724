package client

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// Callers who wait for a worker and callers who do not share no message: it names
// an inbox for all of its requests or for none. A job that a worker refuses is
// answered if it has one, and else becomes a dead letter, which somebody looks at.

// jobCall is a call on the job lane.
func (c *Client) jobCall(op messages.Op, body []byte, t schedule) call {
	return call{
		op: op, body: body, until: t.end,
		solo: len(body) > smallBody || t.end.Sub(c.opts.Clock()) < shortTry,
	}
}

// carryJobs puts a bundle into the stream, of callers who wait for that alone.
func (c *Client) carryJobs(ctx context.Context, b *bundler, n *bundle) {
	defer b.landed()
	id, err := messages.NewID(rand.Reader)
	if err == nil {
		err = c.putBundle(ctx, n, id, "")
	}
	n.end(err)
}

// carryAwaited puts a bundle into the stream, and hands out the replies. The way
// is free before they come: there may be much to do before it.
func (c *Client) carryAwaited(ctx context.Context, b *bundler, n *bundle) {
	// A worker may answer some, and one that takes the bundle up after it all.
	s, err := c.inbox.open(n.last().Sub(c.opts.Clock()), 2*len(n.seats))
	if err != nil {
		b.landed()
		n.end(err)
		return
	}
	defer c.inbox.release(s)
	err = c.putBundle(ctx, n, s.id, s.subject)
	b.landed()
	if err == nil {
		err = c.hear(ctx, s, n, c.judgeVerified, noOther)
	}
	n.end(err)
}

// putBundle puts a bundle into the stream as one job, for as long as any of its
// callers waits. Its calls may go alone only if nothing of it can have arrived:
// under other ids, what they ask for would be done a second time.
func (c *Client) putBundle(ctx context.Context, n *bundle, id, reply string) error {
	if len(n.seats) == 0 { // all gave up
		return c.timedOut(ctx, nil)
	}
	t := c.schedule(ctx)
	t.end = n.last()
	j := c.job(n.seats[0].op, id, reply, n.body())
	n.sent.Store(&Receipt{ID: id})
	receipt, err := c.put(ctx, t, &j)
	switch {
	case err == nil:
		n.sent.Store(&receipt)
	case errors.Is(err, nats.ErrMaxPayload) && !j.left && len(n.seats) > 1:
		err = fmt.Errorf("%w: %w", errNotTogether, err)
	}
	return err
}

// last is when the time of all callers is over.
func (n *bundle) last() (end time.Time) {
	for _, s := range n.seats {
		if s.until.After(end) {
			end = s.until
		}
	}
	return end
}
