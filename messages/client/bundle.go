package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// A bundle is calls that share a message.
type bundle struct {
	seats []*seat
	bytes int           // of their bodies
	until time.Time     // when the first of their tries is over
	leave chan struct{} // told that it need not gather any longer

	waiting int    // callers; with the bundler's lock, as what follows
	abandon func() // ends the wait for its answers, nil while it gathers
}

// A seat is a call's place in a bundle, and where what it comes to is put.
type seat struct {
	*call
	in   *bundle
	done chan outcome
}

// errNotTogether means that a worker refused a bundle as such, or the server did
// not take so large a message. None of its requests had an effect, and alone they
// may be taken: the worker may be one that does not know bundles.
var errNotTogether = errors.New("these requests are not taken in one message")

// fits tells whether there is room for one call's body more, and whether the tries
// of all end at about one time: the first end is that of all.
func (n *bundle) fits(k *call) bool {
	return len(n.seats) == 0 ||
		n.bytes+len(k.body) <= messages.MaxBundleBytes/2 && k.until.Sub(n.seats[0].until).Abs() <= endsApart
}

func (n *bundle) add(k *call) *seat {
	s := &seat{call: k, in: n, done: make(chan outcome, 1)}
	if len(n.seats) == 0 || k.until.Before(n.until) {
		n.until = k.until
	}
	n.seats = append(n.seats, s)
	n.waiting++
	n.bytes += len(k.body)
	return s
}

// depart ends the gathering.
func (n *bundle) depart() {
	select {
	case n.leave <- struct{}{}:
	default: // it was told before
	}
}

// sendBundle sends a bundle that nobody boards any more and gives each call what
// it comes to. ctx ends when none of their callers waits any more.
func (c *Client) sendBundle(ctx context.Context, n *bundle) {
	switch len(n.seats) {
	case 0: // all gave up
	case 1:
		n.seats[0].done <- c.send(ctx, n.seats[0].call)
	default:
		id, err := c.exchange(ctx, n)
		n.fail(id, c.unlessOver(ctx, n.until, err))
	}
}

// exchange sends a bundle and hands out its answers, until all calls have theirs
// or there will be no more, which err tells of those that are left. The id is ""
// if it was not sent.
func (c *Client) exchange(ctx context.Context, n *bundle) (id string, err error) {
	now := c.opts.Clock()
	if ctx.Err() != nil || n.until.Sub(now) < shortestLife { // it was held up
		return "", c.timedOut(ctx, nil)
	}
	s, err := c.inbox.open(n.until.Sub(now), len(n.seats))
	if err != nil {
		return "", err
	}
	defer c.inbox.release(s)
	if err := c.publish(n.seats[0].op, s, n.body(), now, n.until); err != nil {
		return s.id, asWhole(err)
	}
	for left := len(n.seats); left > 0; {
		m, err := c.wait(ctx, s, c.judgeAsk, n.follows)
		if err != nil {
			return s.id, asWhole(err)
		}
		replies, err := messages.ReadPartReplies(m.Data)
		if err != nil {
			return s.id, fmt.Errorf("%w: %w", ErrBadReply, err)
		}
		for _, r := range replies {
			left -= n.answer(s.id, r)
		}
	}
	return s.id, nil
}

// body is the message's, of bodies that are valid JSON.
func (n *bundle) body() []byte {
	bodies := make([][]byte, len(n.seats))
	for i, s := range n.seats {
		bodies[i] = s.body
	}
	return messages.AppendBundle(make([]byte, 0, n.bytes+len(bodies)+16), bodies)
}

// answer gives one call its reply, and returns how many calls that ends: none if
// there is no such call, or it was answered before.
func (n *bundle) answer(bundleID string, r messages.PartReply) int {
	if r.Place < 0 || r.Place >= len(n.seats) || n.seats[r.Place] == nil {
		return 0
	}
	o := outcome{body: r.Body, id: messages.PartID(bundleID, r.Place)}
	if r.Status != statusOK {
		o.err = errorOf(r.Status, r.Body, "")
	}
	n.seats[r.Place].done <- o
	n.seats[r.Place] = nil
	return 1
}

// fail ends the calls that have no answer.
func (n *bundle) fail(bundleID string, err error) {
	for place, s := range n.seats {
		if s == nil {
			continue
		}
		o := outcome{err: err}
		if bundleID != "" {
			o.id = messages.PartID(bundleID, place)
		}
		s.done <- o
	}
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
	if !ambiguous(err) && !retryable(err) {
		return fmt.Errorf("%w: %w", errNotTogether, err)
	}
	return err
}
