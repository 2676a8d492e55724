package client

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/context-manager/context-manager/messages"
)

// A Receipt says that a job is in the stream, and so will take effect if the
// workers' ring has its key and that may do it.
type Receipt struct {
	ID  string // of the request
	Seq uint64 // its place in the stream; jobs that came in one message have the same
	// Duplicate is set when an earlier try, whose receipt was lost, had put it there.
	Duplicate bool
}

// Submit puts a request on the job lane and returns when the stream has it.
// request is the op's request type of package messages, or its JSON as
// json.RawMessage. A receipt that does not come in time is asked for again
// under the same id, so that the job is done once, but for four minutes at most:
// workers refuse a job that was signed long before the stream had it.
//
// Items that come without an id get one that the receipt's and their place tell:
// messages.ItemID.
func (c *Client) Submit(ctx context.Context, op messages.Op, request any) (Receipt, error) {
	body, err := encodeJob(op, request)
	if err != nil {
		return Receipt{}, err
	}
	t := c.schedule(ctx)
	o := c.jobs[op].try(ctx, c.jobCall(op, body, t), func(landed func()) outcome {
		defer landed()
		return c.submit(ctx, t, op, body)
	})
	return o.acknowledged(ctx)
}

// submit puts a job into the stream in a message of its own.
func (c *Client) submit(ctx context.Context, t schedule, op messages.Op, body []byte) outcome {
	id, err := messages.NewID(rand.Reader)
	if err != nil {
		return outcome{err: err}
	}
	j := c.job(op, id, "", body)
	receipt, err := c.put(ctx, t, &j)
	return outcome{sent: receipt, err: err}
}

// SubmitAndWait puts a request on the job lane and decodes the worker's reply
// into reply, a pointer to the op's reply type that is not nil. It waits until
// the context ends, or for Options.Timeout if the context has no deadline. A
// wait that ends too soon is ErrPending: the job is done all the same,
// unless workers refuse its key or what that may do, which they answer on the ask lane alone.
func (c *Client) SubmitAndWait(ctx context.Context, op messages.Op, request, reply any) error {
	body, err := encodeJob(op, request)
	if err != nil {
		return err
	}
	if err := checkReply(op, reply); err != nil {
		return err
	}
	store, stores := storeOf(request)
	before := c.highest()
	t := c.schedule(ctx)
	o := c.awaited[op].try(ctx, c.jobCall(op, body, t), func(landed func()) outcome { return c.submitAndWait(ctx, t, op, body, landed) })
	receipt, err := o.acknowledged(ctx)
	switch {
	case err != nil:
		return err
	case o.err != nil:
		return unanswered(receipt, o.err)
	}
	if err := decode(o.body, reply); err != nil {
		return err
	}
	switch done, ok := reply.(*messages.StoreReply); {
	case stores && ok:
		c.stored(store.Session, store.User, before, done.Revision)
	case op.Changes():
		c.wroteJob(body, o.body)
	}
	return nil
}

// submitAndWait puts a job into the stream in a message of its own, calls landed
// when it is there or will not be, and waits for its reply.
func (c *Client) submitAndWait(ctx context.Context, t schedule, op messages.Op, body []byte, landed func()) outcome {
	s, err := c.inbox.open(t.length(t.retries), 1)
	if err != nil {
		landed()
		return outcome{err: err}
	}
	defer c.inbox.release(s)
	j := c.job(op, s.id, s.subject, body)
	receipt, err := c.put(ctx, t, &j)
	landed()
	if err != nil {
		return outcome{err: err}
	}
	m, err := c.wait(ctx, s, c.judgeVerified, noOther)
	if err != nil {
		return outcome{sent: receipt, err: err}
	}
	return outcome{sent: receipt, body: m.Data}
}

// noOther says that a job is not tried again once the stream has it.
func noOther(error) bool { return false }

// acknowledged is the receipt of a job that the stream has, whatever it came to
// then, or why there is none.
func (o outcome) acknowledged(ctx context.Context) (Receipt, error) {
	switch {
	case o.err == nil || o.sent.Seq > 0:
		return o.sent, nil
	case o.late:
		return Receipt{}, notAcknowledged(o.err)
	default:
		return Receipt{}, ended(ctx, o.err)
	}
}

// unanswered tells a worker's answer to a job, which is a refusal or cannot be read,
// from a wait that ended too soon.
func unanswered(r Receipt, err error) error {
	var refusal *messages.Error
	if errors.As(err, &refusal) || errors.Is(err, ErrBadReply) {
		return err
	}
	return fmt.Errorf("%w (job %s): %w", ErrPending, r.ID, err)
}
