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
	Seq uint64 // its place in the stream
	// Duplicate is set when an earlier try, whose receipt was lost, had put it there.
	Duplicate bool
}

// Submit puts a request on the job lane and returns when the stream has it.
// request is the op's request type of package messages, or its JSON as
// json.RawMessage. A receipt that does not come in time is asked for again
// under the same id, so that the job is done once, but for four minutes at most:
// workers refuse a job that was signed long before the stream had it.
func (c *Client) Submit(ctx context.Context, op messages.Op, request any) (Receipt, error) {
	body, err := encodeJob(op, request)
	if err != nil {
		return Receipt{}, err
	}
	id, err := messages.NewID(rand.Reader)
	if err != nil {
		return Receipt{}, err
	}
	return c.put(ctx, c.schedule(ctx), c.job(op, id, "", body))
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
	before := c.known(store.Session, store.User)
	t := c.schedule(ctx)
	s, err := c.inbox.open(t.length(t.retries), 1)
	if err != nil {
		return err
	}
	defer c.inbox.release(s)
	receipt, err := c.put(ctx, t, c.job(op, s.id, s.subject, body))
	if err != nil {
		return err
	}
	m, err := c.wait(ctx, s, c.judgeJob, noOther)
	if err != nil {
		return unanswered(receipt, err)
	}
	if err := decode(m.Data, reply); err != nil {
		return err
	}
	switch done, ok := reply.(*messages.StoreReply); {
	case stores && ok:
		c.stored(store.Session, store.User, before, done.Revision)
	case op.Changes():
		c.wroteJob(body, m.Data)
	}
	return nil
}

// noOther says that a job is not tried again once the stream has it.
func noOther(error) bool { return false }

// unanswered tells the worker's own refusal of a job from a wait that ended too soon.
func unanswered(r Receipt, err error) error {
	var refusal *messages.Error
	if errors.As(err, &refusal) {
		return err
	}
	return fmt.Errorf("%w (job %s): %w", ErrPending, r.ID, err)
}
