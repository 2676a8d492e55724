package client

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
)

// A Receipt says that a job is in the stream, and so will take effect.
type Receipt struct {
	ID  string // of the request
	Seq uint64 // its place in the stream
	// Duplicate is set when an earlier try, whose receipt was lost, had put it there.
	Duplicate bool
}

// Submit puts a request on the job lane and returns when the stream has it.
// request is the op's request type of package messages, or its JSON as
// json.RawMessage. A receipt that does not come in time is asked for again
// under the same id, so that the job is done once.
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
// into reply, a pointer to the op's reply type. It waits until the context
// ends, or for Options.Timeout if the context has no deadline. A wait that
// ends too soon is ErrPending: the job is done all the same.
func (c *Client) SubmitAndWait(ctx context.Context, op messages.Op, request, reply any) error {
	body, err := encodeJob(op, request)
	if err != nil {
		return err
	}
	t := c.schedule(ctx)
	s, err := c.inbox.open(t.length(t.retries))
	if err != nil {
		return err
	}
	defer c.inbox.release(s)
	receipt, err := c.put(ctx, t, c.job(op, s.id, s.subject, body))
	if err != nil {
		return err
	}
	m, err := c.wait(ctx, s, c.judgeJob)
	if err != nil {
		return unanswered(receipt, err)
	}
	if err := decode(m.Data, reply); err != nil {
		return err
	}
	switch {
	case c.wroteItems(request, reply):
	case op.Changes():
		c.wroteJob(body, m.Data)
	}
	return nil
}

// unanswered tells the worker's own refusal of a job from a wait that ended too soon.
func unanswered(r Receipt, err error) error {
	var refusal *messages.Error
	if errors.As(err, &refusal) {
		return err
	}
	return fmt.Errorf("%w (job %s): %w", ErrPending, r.ID, err)
}

// job is the signed message of one job.
func (c *Client) job(op messages.Op, id, reply string, body []byte) *nats.Msg {
	subject, now := c.subjects.Job(c.opts.Tenant, op), c.opts.Clock()
	header := c.signer.Headers(messages.Unsigned{
		Subject: subject, Reply: reply, ID: id, Body: body,
		Time: now.UnixMilli(), Expires: now.Add(c.opts.JobLife).UnixMilli(),
	})
	header[messages.HeaderMsgID] = []string{id}
	return &nats.Msg{Subject: subject, Header: header, Data: body}
}

// put publishes a job until the stream has acknowledged it. That a try may
// have arrived is no matter: the id tells the stream, and then the ledger.
func (c *Client) put(ctx context.Context, t schedule, job *nats.Msg) (Receipt, error) {
	for n := 0; ; n++ {
		ack, err := c.putOnce(ctx, job, t.length(n))
		if err == nil {
			id := job.Header[messages.HeaderMsgID][0]
			return Receipt{ID: id, Seq: ack.Sequence, Duplicate: ack.Duplicate}, nil
		}
		if !t.pause(ctx, n, err) {
			return Receipt{}, ended(ctx, err)
		}
	}
}

func (c *Client) putOnce(ctx context.Context, job *nats.Msg, d time.Duration) (*jetstream.PubAck, error) {
	if d <= 0 {
		return nil, c.timedOut(ctx, nil)
	}
	attempt, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	// nats.go is not to try again by itself: the schedule decides.
	ack, err := c.js.PublishMsg(attempt, job, jetstream.WithRetryAttempts(0))
	var refusal *jetstream.APIError
	switch {
	case err == nil:
		return ack, nil
	case errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrNoResponders):
		return nil, ErrNoStream
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, nats.ErrTimeout):
		return nil, fmt.Errorf("the stream did not acknowledge the job, which may be there all the same: %w", c.timedOut(ctx, nil))
	case errors.As(err, &refusal):
		return nil, refusedByStream(refusal)
	default:
		return nil, c.notSent(err)
	}
}

// refusedByStream gives the stream's own refusal a code: it may pass when the
// stream is full or has no leader, not otherwise.
func refusedByStream(err *jetstream.APIError) error {
	if err.Code == messages.CodeUnavailable.Status() {
		return messages.Errorf(messages.CodeUnavailable, "the job stream cannot take the job now, it is full or without a leader: %w", err)
	}
	return messages.Errorf(messages.CodeInternal, "the job stream refused the job, look at its configuration: %w", err)
}
