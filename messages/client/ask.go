package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
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
		m, id, err := c.try(ctx, op, body, t, n)
		if err == nil {
			return a, decode(m.Data, &a.reply)
		}
		if !t.pause(ctx, n, err) {
			return a, ended(ctx, err)
		}
		if ambiguous(err) {
			a.tried = append(a.tried, id)
		}
	}
}

// try sends a request for the n-th time, under the id that it gives, and waits for its reply.
func (c *Client) try(ctx context.Context, op messages.Op, body []byte, t schedule, n int) (m *nats.Msg, id string, err error) {
	until, now := t.until(n), c.opts.Clock()
	d := until.Sub(now)
	if ctx.Err() != nil || d <= 0 {
		return nil, "", c.timedOut(ctx, nil)
	}
	s, err := c.inbox.open(d)
	if err != nil {
		return nil, "", err
	}
	defer c.inbox.release(s)
	id = s.id
	if err := c.publish(op, s, body, now, until); err != nil {
		return nil, id, err
	}
	m, err = c.wait(ctx, s, c.judgeAsk, func(err error) bool { return t.follows(n, err) })
	if messages.HasCode(err, messages.CodeExpired) && !c.opts.Clock().Before(until) {
		err = c.timedOut(ctx, err) // the try was over here, too: a longer one may follow
	}
	return m, id, err
}

// publish signs a request for its slot, which nobody needs to answer later than until, and sends it.
func (c *Client) publish(op messages.Op, s *slot, body []byte, now, until time.Time) error {
	subject := c.subjects.Ask(c.opts.Tenant, op)
	err := c.nc.PublishMsg(&nats.Msg{
		Subject: subject,
		Reply:   s.subject,
		Data:    body,
		Header: c.signer.Headers(messages.Unsigned{
			Subject: subject, Reply: s.subject, ID: s.id, Body: body,
			Time: now.UnixMilli(), Expires: until.UnixMilli(),
		}),
	})
	return c.notSent(err)
}

// notSent explains why nats.go did not take a message.
func (c *Client) notSent(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, nats.ErrConnectionClosed), errors.Is(err, nats.ErrConnectionDraining):
		return fmt.Errorf("%w: %w", ErrClosed, err)
	case errors.Is(err, nats.ErrHeadersNotSupported) && c.connecting():
		return fmt.Errorf("%w (%s)", ErrNotConnected, c.nc.Status())
	case errors.Is(err, nats.ErrMaxPayload):
		return messages.Errorf(messages.CodeTooLarge,
			"the NATS server takes at most %d bytes: send fewer items at once, or raise its max_payload: %w", c.nc.MaxPayload(), err)
	default:
		return fmt.Errorf("client: send the request: %w", err)
	}
}

// connecting tells whether no server has said yet what it supports, or has just
// now. Until one has, nats.go takes it that none supports headers.
func (c *Client) connecting() bool { return !c.nc.IsConnected() || c.nc.HeadersSupported() }
