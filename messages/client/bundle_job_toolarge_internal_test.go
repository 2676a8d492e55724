package client

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// Jobs that a server takes one by one are put alone if it does not take them in one message.
func TestJobsThatAreTooMuchTogetherGoAlone(t *testing.T) {
	t.Parallel()
	s := newShareTest(t, Options{}, func(o *natsd.Options) { o.MaxPayload = 2 << 10 })
	stream := s.stream(jetstream.StreamConfig{})
	text := strings.Repeat("x", 900)
	all := []<-chan outcome{s.submit(t.Context(), text), s.submit(t.Context(), text), s.submit(t.Context(), text)}
	s.leave()
	for _, done := range all {
		o := <-done
		if o.err != nil {
			t.Fatal(o.err)
		}
		m, err := stream.GetMsg(t.Context(), o.sent.Seq)
		if err != nil || m.Header.Get(envelope.HeaderID) != o.sent.ID {
			t.Errorf("at %d is %v, %v; want the job %s", o.sent.Seq, m, err, o.sent.ID)
		}
	}
	s.calls.Wait()
	if s.b.out != abreast {
		t.Errorf("%d messages more are on their way than there are", s.b.out-abreast)
	}
}

// shrinking is a server that may have taken a message, and takes no such large one any more.
type shrinking struct {
	jetstream.JetStream
	published int
}

func (s *shrinking) PublishMsg(context.Context, *nats.Msg, ...jetstream.PublishOpt) (*jetstream.PubAck, error) {
	if s.published++; s.published == 1 {
		return nil, nats.ErrTimeout
	}
	return nil, nats.ErrMaxPayload
}

// What may be in the stream is not put there a second time, under another id.
func TestJobsThatMayBeInTheStreamTogetherDoNotGoAlone(t *testing.T) {
	t.Parallel()
	s := newShareTest(t, Options{})
	server := &shrinking{}
	s.c.js = server
	first, second := s.submit(t.Context(), "first"), s.submit(t.Context(), "second")
	s.leave()
	for _, done := range []<-chan outcome{first, second} {
		if o := <-done; !errors.Is(o.err, nats.ErrMaxPayload) || errors.Is(o.err, errNotTogether) {
			t.Errorf("got %+v, %v; want that the message was too large", o.sent, o.err)
		}
	}
	s.calls.Wait()
	if server.published != 2 {
		t.Errorf("%d messages were published; want one, twice", server.published)
	}
}
