package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// An answer is what an ask came to.
type answer[Reply any] struct {
	reply Reply
	// tried are the ids of earlier tries that may have taken effect before the one that counts.
	tried []string
}

// ask sends a request on the ask lane until it has an answer, a final
// refusal, or no time left. Each try has a new id.
func ask[Reply any](ctx context.Context, c *Client, op messages.Op, r request) (answer[Reply], error) {
	return askWithin[Reply](ctx, c, c.schedule(ctx), op, r)
}

// askWithin is ask within time that has begun to run.
func askWithin[Reply any](ctx context.Context, c *Client, t schedule, op messages.Op, r request) (answer[Reply], error) {
	var a answer[Reply]
	body, err := encode(r)
	if err != nil {
		return a, err
	}
	for n := 0; ; n++ {
		o := c.try(ctx, op, body, t, n)
		if o.err == nil {
			return a, decode(o.body, &a.reply)
		}
		if !t.pause(ctx, n, o.err) {
			return a, ended(ctx, o.err)
		}
		if o.sent.ID != "" && ambiguous(o.err) {
			a.tried = append(a.tried, o.sent.ID)
		}
	}
}

// A call is one try of a request on the ask lane, or a job.
type call struct {
	op      messages.Op
	body    []byte
	until   time.Time        // when the try is over
	follows func(error) bool // tells whether another try follows one that fails so; of an ask alone
	solo    bool             // shares no message
}

// An outcome is what a call came to: the reply's body, if one was waited for, or why there is none.
type outcome struct {
	body []byte
	err  error
	// sent has the id under which a worker had the request, "" if it was not sent,
	// and of a job its place in the stream, 0 as long as that has not said so.
	sent Receipt
	late bool // its caller gave up when it was on its way, and so does not know what became of it
}

// try sends a request for the n-th time and waits for its reply. The first time
// it may share a message with others, if it may be tried again: the try of all
// ends with that of the one that has the least time.
func (c *Client) try(ctx context.Context, op messages.Op, body []byte, t schedule, n int) outcome {
	k := call{op: op, body: body, until: t.until(n), follows: func(err error) bool { return t.follows(n, err) }}
	left := k.until.Sub(c.opts.Clock())
	if ctx.Err() != nil || left <= 0 {
		return outcome{err: c.timedOut(ctx, nil)}
	}
	k.solo = n > 0 || t.retries == 0 || len(body) > smallBody || left < shortTry
	return c.asks[op].try(ctx, k, func(landed func()) outcome {
		defer landed()
		return c.send(ctx, &k)
	})
}

// shortestLife is what a request has at least: its expiry is after its time, both in whole milliseconds.
const shortestLife = time.Millisecond

// send sends a call's request alone and waits for its reply.
func (c *Client) send(ctx context.Context, k *call) outcome {
	now := c.opts.Clock()
	if ctx.Err() != nil || k.until.Sub(now) < shortestLife { // it waited for others, or was held up
		return outcome{err: c.timedOut(ctx, nil)}
	}
	s, err := c.inbox.open(k.until.Sub(now), 1)
	if err != nil {
		return outcome{err: err}
	}
	defer c.inbox.release(s)
	o := outcome{sent: Receipt{ID: s.id}}
	if o.err = c.publish(k.op, s, k.body, now, k.until); o.err != nil {
		return o
	}
	m, err := c.wait(ctx, s, c.judgeAsk, k.follows)
	if o.err = c.unlessOver(ctx, k.until, err); o.err == nil {
		o.body = m.Data
	}
	return o
}

// unlessOver is err, unless that says that the request had expired and the try
// is over here, too: a longer one may follow.
func (c *Client) unlessOver(ctx context.Context, until time.Time, err error) error {
	if messages.HasCode(err, messages.CodeExpired) && !c.opts.Clock().Before(until) {
		return c.timedOut(ctx, nil)
	}
	return err
}

// publish signs a request for its slot, which nobody needs to answer later than until, and sends it.
func (c *Client) publish(op messages.Op, s *slot, body []byte, now, until time.Time) error {
	subject := c.subjects.Ask(c.opts.Tenant, op)
	err := c.nc.PublishMsg(&nats.Msg{
		Subject: subject,
		Reply:   s.subject,
		Data:    body,
		Header: c.signer.Headers(envelope.Unsigned{
			Subject: subject, Reply: s.subject, ID: s.id, Body: body,
			Time: now.UnixMilli(), Expires: until.UnixMilli(),
		}),
	})
	return c.notSent(err)
}

// notSent explains why nats.go did not take a message.
func (c *Client) notSent(err error) error {
	switch err = orClosed(err); {
	case err == nil, errors.Is(err, ErrClosed):
		return err
	case errors.Is(err, nats.ErrHeadersNotSupported) && c.connecting():
		return fmt.Errorf("%w (%s)", ErrNotConnected, c.nc.Status())
	case errors.Is(err, nats.ErrReconnectBufExceeded):
		return fmt.Errorf("client: the connection to NATS is away, and nats.go has no room to keep the request until it is back: "+
			"look at the servers, and see that nats.FlusherTimeout is enough for large requests: %w", err)
	case errors.Is(err, nats.ErrMaxPayload):
		return messages.Errorf(messages.CodeTooLarge,
			"the NATS server takes at most %d bytes: send fewer items at once, or raise its max_payload: %w", c.nc.MaxPayload(), err)
	default:
		return fmt.Errorf("client: send the request: %w", err)
	}
}

// orClosed marks what nats.go says of a connection that is closed, or about to be.
func orClosed(err error) error {
	if errors.Is(err, nats.ErrConnectionClosed) || errors.Is(err, nats.ErrConnectionDraining) {
		return fmt.Errorf("%w: %w", ErrClosed, err)
	}
	return err
}

// broken tells whether the connection broke, or took nothing for long, as a message
// was written to it. nats.go makes another; of this one a part may have been sent.
func broken(err error) bool {
	var network net.Error
	return errors.As(err, &network) && !errors.Is(err, context.DeadlineExceeded)
}

// connecting tells whether no server has said yet what it supports, or has just
// now. Until one has, nats.go takes it that none supports headers.
func (c *Client) connecting() bool { return !c.nc.IsConnected() || c.nc.HeadersSupported() }
