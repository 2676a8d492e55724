package dead

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/streams"
	"github.com/context-manager/context-manager/worker"
)

// More letters are there than come at once, and somebody drops the others while the
// first are read: those that were read are all there are.
func TestLettersThatAreDroppedMeanwhileAreNotMissed(t *testing.T) {
	t.Parallel()
	const letters = 600
	s := newGraveyard(t, natstest.Connect(t, natstest.Start(t)))
	for range letters {
		if _, err := s.js.PublishMsg(t.Context(), &nats.Msg{Subject: "dead.a", Header: nats.Header{worker.DeadCode: {"conflict"}}}); err != nil {
			t.Fatal(err)
		}
	}
	read := 0
	err := s.each(t.Context(), func(*letter) error {
		if read++; read > 1 {
			return nil
		}
		return s.stream.Purge(t.Context())
	})
	if err != nil || read == 0 || read == letters {
		t.Errorf("read %d letters: %v; want those that had come", read, err)
	}
}

// A server that does not answer who asks for the letters is waited for as long as
// was given, however long that is otherwise.
func TestWhoReadsLettersIsWaitedForNoLongerThanGiven(t *testing.T) {
	t.Parallel()
	s := newGraveyard(t, natstest.Connect(t, natstest.Start(t, func(o *natsd.Options) {
		o.Configure = func(so *server.Options) {
			so.NoAuthUser, so.Users = "some", []*server.User{{Username: "some", Password: "x", Permissions: &server.Permissions{
				Publish: &server.SubjectPermission{Allow: []string{">"}, Deny: []string{"$JS.API.CONSUMER.CREATE.>"}},
			}}}
		}
	})), jetstream.WithDefaultTimeout(time.Hour))
	s.timeout = 100 * time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err := s.each(ctx, func(*letter) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		t.Errorf("got %v; want the end of the time that was given", err)
	}
}

// newGraveyard makes a stream of dead letters, and opens it.
func newGraveyard(t *testing.T, nc *nats.Conn, opts ...jetstream.JetStreamOpt) *graveyard {
	t.Helper()
	s := &graveyard{nc: nc, timeout: time.Second}
	var err error
	if s.subjects, err = messages.NewSubjects(messages.DefaultPrefix); err != nil {
		t.Fatal(err)
	}
	if s.js, err = jetstream.New(nc, opts...); err != nil {
		t.Fatal(err)
	}
	config := jetstream.StreamConfig{Name: streams.NamesOf(messages.DefaultPrefix).Dead, Subjects: []string{"dead.>"}}
	if s.stream, err = s.js.CreateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	return s
}
