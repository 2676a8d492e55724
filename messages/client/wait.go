package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A judge says what a message in the inbox means to the slot it came to.
// final is false for one that proves nothing: err says why, and the wait goes on.
type judge func(s *slot, m *nats.Msg) (final bool, err error)

// wait waits for the reply that a worker signed. Whoever may publish to the
// inbox can put a message there, so one that is not verified never ends the
// wait as a success, and never keeps the worker's own reply out. follows tells
// whether another try follows one that fails so.
func (c *Client) wait(ctx context.Context, s *slot, j judge, follows func(error) bool) (*nats.Msg, error) {
	var refused error
	var u unvouched
	if c.answered.Load() {
		u.longer = c.opts.AttemptTimeout
	}
	heed := func(m *nats.Msg) (final bool, err error) {
		if final, err = j(s, m); final && !u.hold(err, follows) {
			return true, err
		}
		refused = err
		return false, nil
	}
	for m := c.next(ctx, s, u.over); m != nil; m = c.next(ctx, s, u.over) {
		if final, err := heed(m); final {
			return m, err
		}
	}
	for range len(s.replies) { // what is there counts, though the time be up: a process that stood still finds both
		m := <-s.replies
		if final, err := heed(m); final {
			return m, err
		}
	}
	if c.inbox.closed() {
		return nil, ErrClosed
	}
	return nil, cmp.Or(u.err, c.timedOut(ctx, refused))
}

// next is the next message that comes to the slot, nil when the wait is over.
func (c *Client) next(ctx context.Context, s *slot, over <-chan time.Time) *nats.Msg {
	select {
	case m := <-s.replies:
		return m
	case <-over:
	case <-s.timer.C:
		s.timer.Reset(0) // over for who waits again, too: for the next reply to a bundle
	case <-ctx.Done():
	case <-c.inbox.done:
	}
	return nil
}

// judgeAsk judges a message that answers an ask. The server itself says that
// nobody is there, and a worker that could not verify the request cannot sign
// what it found wrong; both end the wait, as errors that nobody vouches for.
func (c *Client) judgeAsk(s *slot, m *nats.Msg) (bool, error) {
	switch {
	case len(m.Header[envelope.HeaderSignature]) > 0:
		return c.judgeSigned(s, m)
	case noResponders(m):
		return true, ErrNoWorkers
	case header(m, envelope.HeaderErrorCode) != "":
		return true, unauthenticated(m, c.opts.Clock())
	default:
		return false, errUnsigned
	}
}

var errUnsigned = errors.New("it has no signature")

// judgeVerified judges a message that answers what was verified, and so is signed:
// a job, as a worker answers no other and the server's notices go elsewhere, or
// the rest of a bundle.
func (c *Client) judgeVerified(s *slot, m *nats.Msg) (bool, error) {
	if len(m.Header[envelope.HeaderSignature]) == 0 {
		return false, errUnsigned
	}
	return c.judgeSigned(s, m)
}

// judgeSigned judges a message that claims to be a worker's.
func (c *Client) judgeSigned(s *slot, m *nats.Msg) (bool, error) {
	status, err := c.signer.VerifyReply(envelope.ReplyCheck{
		Audience: c.opts.Audience, ReplySubject: s.subject, RequestID: s.id,
		Header: m.Header, Body: m.Data, Now: c.opts.Clock(),
	})
	if err != nil {
		return false, err
	}
	c.answered.Store(true)
	if status != statusOK {
		return judgeRemote(remoteError(status, m))
	}
	return true, nil
}

// judgeRemote judges an error that a worker signed. That the id has been used
// is not one of this request, whose id is new: somebody has sent a copy of it,
// and one of the two was taken. Its answer comes to the same inbox.
func judgeRemote(e *messages.Error) (bool, error) {
	if e.Code == messages.CodeReplayed {
		return false, errCopied
	}
	return true, e
}

var errCopied = errors.New("it says that the request was sent twice: somebody may be replaying what this client sends")

// statusOK is Ctx-Status of every reply that is no error.
const statusOK = 200

// noResponders recognises the server's own notice that nobody is subscribed.
func noResponders(m *nats.Msg) bool {
	return len(m.Data) == 0 && header(m, "Status") == "503"
}

// timedOut says why there is no reply. refused is why the last message in the
// inbox was not accepted, nil if none came.
func (c *Client) timedOut(ctx context.Context, refused error) error {
	over := context.DeadlineExceeded
	if err := ctx.Err(); err != nil {
		over = err
	}
	switch {
	case errors.Is(over, context.Canceled):
		return fmt.Errorf("client: %w", over)
	case errors.Is(refused, errCopied):
		return fmt.Errorf("%w; a worker signed an error, but %w: %w", ErrNoReply, refused, over)
	case refused != nil:
		// Not wrapped: why it was refused must not read as a worker's answer.
		return fmt.Errorf("%w: %s: %w", ErrReplyNotVerified, refused.Error(), over)
	case !c.nc.IsConnected():
		return fmt.Errorf("%w: not connected to NATS (%s): %w", ErrNoReply, c.nc.Status(), over)
	case errors.Is(c.nc.LastError(), nats.ErrPermissionViolation):
		return fmt.Errorf("%w: the NATS server refused a subject of this connection: %w: %w", ErrNoReply, c.nc.LastError(), over)
	case c.opts.InboxPrefix != messages.DefaultInboxPrefix:
		return fmt.Errorf("%w; a worker sends errors that it cannot sign to inboxes under %s alone, "+
			"so also check key, secret and audience: %w", ErrNoReply, messages.DefaultInboxPrefix, over)
	default:
		return fmt.Errorf("%w: %w", ErrNoReply, over)
	}
}
