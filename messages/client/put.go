package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// putWindow is how long after its signature a job is put into the stream, by
// this clock. Workers refuse one that the stream stored later than the window,
// by the servers' clock: what is left is for clocks that differ.
const putWindow = messages.TimeWindow - time.Minute

// A job is a signed message for the job lane.
type job struct {
	message *nats.Msg
	id      string
	signed  time.Time // by the client's clock
	left    bool      // it may be in the stream
}

// job signs a request as a job, with an inbox for the reply or without.
func (c *Client) job(op messages.Op, id, reply string, body []byte) job {
	subject, now := c.subjects.Job(c.opts.Tenant, op), c.opts.Clock()
	header := c.signer.Headers(envelope.Unsigned{
		Subject: subject, Reply: reply, ID: id, Body: body,
		Time: now.UnixMilli(), Expires: now.Add(c.opts.JobLife).UnixMilli(),
	})
	header[envelope.HeaderMsgID] = []string{id}
	return job{message: &nats.Msg{Subject: subject, Header: header, Data: body}, id: id, signed: now}
}

// put publishes a job until the stream has acknowledged it, or would store it
// too late. That a try may have arrived is no matter: the id tells the stream,
// and then the ledger.
func (c *Client) put(ctx context.Context, t schedule, j *job) (Receipt, error) {
	t = t.endingBy(j.signed.Add(putWindow))
	for n := 0; ; n++ {
		ack, err := c.putOnce(ctx, j.message, t.length(n))
		if err == nil {
			return Receipt{ID: j.id, Seq: ack.Sequence, Duplicate: ack.Duplicate}, nil
		}
		j.left = j.left || !unsent(err) && !errors.Is(err, nats.ErrMaxPayload)
		if !t.pause(ctx, n, err) {
			return Receipt{}, ended(ctx, err)
		}
	}
}

func (c *Client) putOnce(ctx context.Context, m *nats.Msg, d time.Duration) (*jetstream.PubAck, error) {
	switch {
	case c.inbox.closed():
		return nil, ErrClosed
	case ctx.Err() != nil || d <= 0:
		return nil, c.timedOut(ctx, nil)
	}
	attempt, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	// nats.go is not to try again by itself: the schedule decides.
	ack, err := c.js.PublishMsg(attempt, m, jetstream.WithRetryAttempts(0))
	var refusal *jetstream.APIError
	switch {
	case err == nil:
		return ack, nil
	case errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrNoResponders):
		return nil, ErrNoStream
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, nats.ErrTimeout),
		errors.Is(err, nats.ErrDisconnected): // the caller has its connection made anew
		return nil, notAcknowledged(c.timedOut(ctx, nil))
	case errors.Is(err, jetstream.ErrInvalidJSAck):
		return nil, notAcknowledged(c.timedOut(ctx, err))
	case errors.As(err, &refusal):
		return nil, refusedByStream(refusal)
	default:
		return nil, c.notSent(err)
	}
}

// notAcknowledged says what the end of a wait for the stream means.
func notAcknowledged(err error) error {
	return fmt.Errorf("the stream did not acknowledge the job, which may be there all the same: %w", err)
}

// refusedByStream gives the stream's own refusal a code: it may pass when the
// stream is full or has no leader, not otherwise.
func refusedByStream(err *jetstream.APIError) error {
	if err.Code == messages.CodeUnavailable.Status() {
		return messages.Errorf(messages.CodeUnavailable, "the job stream cannot take the job now, it is full or without a leader: %w", err)
	}
	return messages.Errorf(messages.CodeInternal, "the job stream refused the job, look at its configuration: %w", err)
}
