package worker

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/operations"
)

// together is a call of several requests of the operation.
func (c call) together(t testing.TB, requests ...any) call {
	t.Helper()
	bodies := make([][]byte, len(requests))
	for i, request := range requests {
		body, ok := request.([]byte)
		if !ok {
			var err error
			if body, err = json.Marshal(request); err != nil {
				t.Fatal(err)
			}
		}
		bodies[i] = body
	}
	c.body = messages.AppendBundle(nil, bodies)
	return c
}

// A sending is a bundle that was sent, and what came back so far.
type sending struct {
	r        *rig
	c        call
	sub      *nats.Subscription
	outcomes map[int]outcome // by place
	sizes    []int           // of the messages that came
}

// sendTogether sends a bundle on the ask lane and waits for nothing.
func (r *rig) sendTogether(c call) *sending {
	r.t.Helper()
	return r.send(c, func(c call) error { return r.nc.PublishMsg(r.message(messages.LaneAsk, c)) })
}

// submitTogether puts a bundle on the job lane and waits until the stream has it.
func (r *rig) submitTogether(c call) *sending {
	r.t.Helper()
	return r.send(c, func(c call) error {
		r.publish(c)
		return nil
	})
}

func (r *rig) send(c call, publish func(call) error) *sending {
	r.t.Helper()
	c.reply = nats.NewInbox()
	c = c.withDefaults(r)
	s := &sending{r: r, c: c, outcomes: make(map[int]outcome)}
	var err error
	if s.sub, err = r.nc.SubscribeSync(c.reply); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = s.sub.Unsubscribe() })
	if err := publish(c); err != nil {
		r.t.Fatal(err)
	}
	return s
}

// next waits for one message of answers.
func (s *sending) next() {
	s.r.t.Helper()
	o := s.message()
	if o.failed != nil || !o.signed || o.status != statusOK {
		s.r.t.Fatalf("all failed with %v, signed %t, status %d", o.failed, o.signed, o.status)
	}
	replies, err := messages.ReadPartReplies(o.body)
	if err != nil || len(replies) == 0 {
		s.r.t.Fatalf("%d replies, %v", len(replies), err)
	}
	s.sizes = append(s.sizes, len(o.body))
	for _, reply := range replies {
		if _, twice := s.outcomes[reply.Place]; twice {
			s.r.t.Fatalf("request %d was answered twice", reply.Place)
		}
		part := outcome{status: reply.Status, body: reply.Body, signed: true}
		if reply.Status != statusOK {
			part.failed = &messages.Error{}
			if err := json.Unmarshal(reply.Body, part.failed); err != nil || part.failed.Code.Status() != reply.Status {
				s.r.t.Fatalf("status %d with %s: %v", reply.Status, reply.Body, err)
			}
		}
		s.outcomes[reply.Place] = part
	}
}

// message waits for one message, whatever it is.
func (s *sending) message() outcome {
	s.r.t.Helper()
	m, err := s.sub.NextMsg(patience)
	if err != nil {
		s.r.t.Fatalf("%s: no answer after %d: %v", s.c.op, len(s.outcomes), err)
	}
	return s.r.read(s.c, m)
}

// until waits until n requests have their answers.
func (s *sending) until(n int) map[int]outcome {
	s.r.t.Helper()
	for len(s.outcomes) < n {
		s.next()
	}
	return s.outcomes
}

// askTogether sends requests as one bundle and waits until each has its answer.
func (r *rig) askTogether(c call, requests ...any) map[int]outcome {
	r.t.Helper()
	return r.sendTogether(c.together(r.t, requests...)).until(len(requests))
}

// turn is a store of one item that has no id.
func turn(session string) messages.StoreRequest {
	return messages.StoreRequest{Session: session, Items: []messages.Item{{Text: "a turn of " + session}}}
}

func listOf(session string) messages.ListRequest { return messages.ListRequest{Session: session} }

// total is how many items a session has.
func (r *rig) total(session string) int {
	r.t.Helper()
	return list(r.t, r.ask, listOf(session)).Total
}

// A sessionReader lets a test do something before a session is read.
type sessionReader struct {
	operations.Reader
	before func(ctx context.Context, session string)
}

func (h sessionReader) Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View) {
	h.before(ctx, session.ID)
	return h.Reader.Read(ctx, session, user, f)
}

// holding has whoever reads the session wait at the gate.
func (g *gate) holding(session string) func(*Deps) {
	return func(d *Deps) {
		d.Reader = sessionReader{Reader: d.Reader, before: func(ctx context.Context, read string) {
			if read == session {
				g.pass(ctx)
			}
		}}
	}
}

// A countingLedger counts what is entered, which it may hold up, and knows the last one's id.
type countingLedger struct {
	Ledger
	entries atomic.Int64
	last    atomic.Value
	before  func(ctx context.Context)
}

func (l *countingLedger) Take(ctx context.Context, key, id, delivery string, life time.Duration) (bool, error) {
	if l.before != nil {
		l.before(ctx)
	}
	l.entries.Add(1)
	l.last.Store(id)
	return l.Ledger.Take(ctx, key, id, delivery, life)
}

// count has the worker's ledger counted.
func (l *countingLedger) count(d *Deps) {
	l.Ledger = d.Ledger
	d.Ledger = l
}
