package client

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// A bundle is calls that share a message.
type bundle struct {
	seats []*seat
	bytes int           // of their bodies
	until time.Time     // when the first of their tries is over: when that of asks is
	leave chan struct{} // told that it need not gather any longer
	// sent is what the message was sent as, nil before; a job's has no place in the stream until it is there.
	sent atomic.Pointer[Receipt]

	waiting int    // callers; with the bundler's lock, as what follows
	abandon func() // ends the wait for what its calls come to, nil while it gathers
}

// A seat is a call's place in a bundle, and where what it comes to is put.
type seat struct {
	call
	in    *bundle
	place int // in the message, from 0: of use when nobody can leave the bundle any more
	done  chan outcome
}

// errNotTogether means that a worker refused a bundle of asks as such, or the server
// did not take so large a message. None of its requests had an effect, and alone they
// may be taken: the worker may be one that does not know bundles.
var errNotTogether = errors.New("these requests are not taken in one message")

// fits tells whether there is room for one call's body more, and whether the tries
// of all end at about one time: the first end is that of all asks, the last that of all jobs.
func (n *bundle) fits(k call) bool {
	return len(n.seats) == 0 ||
		n.bytes+len(k.body) <= messages.MaxBundleBytes/2 && k.until.Sub(n.seats[0].until).Abs() <= endsApart
}

func (n *bundle) add(k call) *seat {
	s := &seat{call: k, in: n, place: len(n.seats), done: make(chan outcome, 1)}
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

// body is the message's, of bodies that are valid JSON: of one call its own.
func (n *bundle) body() []byte {
	if len(n.seats) == 1 {
		return n.seats[0].body
	}
	bodies := make([][]byte, len(n.seats))
	for i, s := range n.seats {
		bodies[i] = s.body
	}
	return messages.AppendBundle(make([]byte, 0, n.bytes+len(bodies)+16), bodies)
}

// sentAs is what the call at a place was sent as.
func (n *bundle) sentAs(place int) Receipt {
	whole := n.sent.Load()
	if whole == nil {
		return Receipt{}
	}
	part := *whole
	if len(n.seats) > 1 {
		part.ID = messages.PartID(whole.ID, place)
	}
	return part
}

// hear hands out the answers that come to a bundle's slot, until all calls have
// theirs or there will be no more, which err tells of those that are left.
func (c *Client) hear(ctx context.Context, s *slot, n *bundle, j judge, follows func(error) bool) error {
	for left := len(n.seats); left > 0; {
		m, err := c.wait(ctx, s, j, follows)
		if err != nil {
			return err
		}
		replies, err := n.replies(m.Data)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBadReply, err)
		}
		for _, r := range replies {
			left -= n.answer(r)
		}
		j = c.judgeVerified // as whoever signed this has verified all
	}
	return nil
}

// replies reads the body of a verified reply, which to one call alone is that call's.
func (n *bundle) replies(body []byte) ([]messages.PartReply, error) {
	if len(n.seats) == 1 {
		return []messages.PartReply{{Status: statusOK, Body: body}}, nil
	}
	return messages.ReadPartReplies(body)
}

// answer gives one call its reply, and returns how many calls that ends: none if
// there is no such call, or it was answered before.
func (n *bundle) answer(r messages.PartReply) int {
	if r.Place < 0 || r.Place >= len(n.seats) || n.seats[r.Place] == nil {
		return 0
	}
	o := outcome{body: r.Body, sent: n.sentAs(r.Place)}
	if r.Status != statusOK {
		o.err = errorOf(r.Status, r.Body, "")
	}
	n.seats[r.Place].done <- o
	n.seats[r.Place] = nil
	return 1
}

// end ends the calls that have no answer, as err says.
func (n *bundle) end(err error) {
	for place, s := range n.seats {
		if s != nil {
			s.done <- outcome{err: err, sent: n.sentAs(place)}
		}
	}
}
