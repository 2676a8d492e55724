package client

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// verified is a job as a worker has it.
func verified(t *testing.T, c *Client, m *nats.Msg) envelope.Verified {
	t.Helper()
	ring, err := envelope.NewRing([]envelope.Key{{
		ID: c.opts.KeyID, Secrets: []envelope.Secret{c.opts.Secret}, Tenants: []string{c.opts.Tenant}, Grants: []messages.Grant{messages.GrantWrite},
	}})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	v, err := envelope.NewVerifier(envelope.DefaultAudience, c.subjects, ring, envelope.Limits{}).Verify(envelope.Incoming{
		Lane: messages.LaneJob, Subject: m.Subject, Header: m.Header, Body: m.Data, Now: now, StreamTime: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// stored acknowledges the message that comes, and copies of it where the machine is
// so busy that it is put into the stream again, until its way is free.
func (s *shareTest) stored(jobs *nats.Subscription) *nats.Msg {
	s.t.Helper()
	m := message(s.t, jobs)
	_ = m.Respond([]byte(acknowledgement))
	await.That(s.t, "a free way", func() bool {
		if again, err := jobs.NextMsg(0); err == nil {
			_ = again.Respond([]byte(acknowledgement))
		}
		s.b.mu.Lock()
		defer s.b.mu.Unlock()
		return s.b.out == abreast
	})
	return m
}

// A queue of jobs may be long: that nobody has done them yet keeps no others
// waiting. Who gives up then is told that the job is there, by the id that it has
// in its message, and the others go on waiting.
func TestTheWayIsFreeWhenTheStreamHasTheJobs(t *testing.T) {
	t.Parallel()
	s := newAwaitedShareTest(t, Options{})
	jobs := s.heldBack()
	ctx, giveUp := context.WithCancel(t.Context())
	first, goes, last := s.submit(t.Context(), "first"), s.submit(ctx, "goes"), s.submit(t.Context(), "last")
	s.leave()
	m := s.stored(jobs)
	giveUp()
	id := messages.PartID(m.Header.Get(envelope.HeaderID), 1)
	if o := <-goes; !errors.Is(o.err, ErrPending) || !errors.Is(o.err, context.Canceled) || !strings.Contains(o.err.Error(), id) {
		t.Errorf("got %v; want that the job %s is pending", o.err, id)
	}
	v := verified(t, s.c, m)
	for _, replies := range []string{
		`{"replies":[{"place":2,"status":200,"body":{"tokens":2}},{"place":1,"status":200,"body":{}}]}`,
		`{"replies":[{"place":0,"status":200,"body":{"tokens":1}}]}`,
	} {
		_ = s.c.nc.PublishMsg(&nats.Msg{Subject: v.Reply(), Header: v.SignReply(200, []byte(replies), time.Now()), Data: []byte(replies)})
	}
	for want, done := range map[string]<-chan outcome{`{"tokens":1}`: first, `{"tokens":2}`: last} {
		if o := <-done; o.err != nil || string(o.body) != want {
			t.Errorf("got %s, %v; want %s", o.body, o.err, want)
		}
	}
	s.calls.Wait()
}

func TestAnAwaitedBundleThatNobodyWaitsForEnds(t *testing.T) {
	t.Parallel()
	s := newAwaitedShareTest(t, Options{Timeout: time.Hour})
	jobs := s.heldBack()
	ctx, giveUp := context.WithCancel(t.Context())
	s.submit(ctx, "first")
	s.submit(ctx, "second")
	s.leave()
	s.stored(jobs)
	giveUp()
	s.calls.Wait()
}
