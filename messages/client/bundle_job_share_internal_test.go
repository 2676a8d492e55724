package client

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// A shareTest has jobs share one message, each at the place of its number.
type shareTest struct {
	t       *testing.T
	c       *Client
	b       *bundler
	n       *bundle
	awaited bool      // by SubmitAndWait
	end     time.Time // of each call: whose ends are apart share no message, as on a machine that is busy
	calls   sync.WaitGroup
}

func newShareTest(t *testing.T, o Options, configure ...func(*natsd.Options)) *shareTest {
	t.Helper()
	c := newTestClient(t, o, configure...)
	return gatheringIn(t, c, c.jobs[messages.OpStore])
}

func newAwaitedShareTest(t *testing.T, o Options) *shareTest {
	t.Helper()
	c := newTestClient(t, o)
	s := gatheringIn(t, c, c.awaited[messages.OpStore])
	s.awaited = true
	return s
}

func gatheringIn(t *testing.T, c *Client, b *bundler) *shareTest {
	s := &shareTest{t: t, c: c, b: b, n: &bundle{leave: make(chan struct{}, 1)}, end: time.Now().Add(c.opts.Timeout)}
	b.out, b.next = abreast, s.n // so that calls gather
	return s
}

// stream makes a stream of jobs.
func (s *shareTest) stream(config jetstream.StreamConfig) jetstream.Stream {
	s.t.Helper()
	config.Name, config.Subjects = "CTX_JOBS", []string{s.c.subjects.JobAll()}
	stream, err := s.c.js.CreateStream(s.t.Context(), config)
	if err != nil {
		s.t.Fatal(err)
	}
	return stream
}

// heldBack is a stream that acknowledges nothing by itself.
func (s *shareTest) heldBack() *nats.Subscription {
	s.t.Helper()
	sub, err := s.c.nc.SubscribeSync(s.c.subjects.JobAll())
	if err != nil {
		s.t.Fatal(err)
	}
	return sub
}

// submit has a call board, and gives what becomes of it.
func (s *shareTest) submit(ctx context.Context, text string) <-chan outcome {
	s.t.Helper()
	seats := s.seats()
	done := make(chan outcome, 1)
	s.calls.Go(func() {
		ctx, cancel := context.WithDeadline(ctx, s.end)
		defer cancel()
		r := messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: "i", Time: 1, Text: text}}}
		var o outcome
		if s.awaited {
			var reply json.RawMessage
			o.err = s.c.SubmitAndWait(ctx, messages.OpStore, r, &reply)
			o.body = reply
		} else {
			o.sent, o.err = s.c.Submit(ctx, messages.OpStore, r)
		}
		done <- o
	})
	await.That(s.t, "a call on board", func() bool { return s.seats() == seats+1 })
	return done
}

func (s *shareTest) seats() int {
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	return len(s.n.seats)
}

// leave sends what has gathered.
func (s *shareTest) leave() {
	s.b.flying.Add(1)
	s.calls.Go(func() { s.b.fly(s.n) })
	s.n.depart()
}

func message(t *testing.T, sub *nats.Subscription) *nats.Msg {
	t.Helper()
	m, err := sub.NextMsgWithContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// acknowledgement is what a stream says that has a message at its seventh place.
const acknowledgement = `{"stream":"CTX_JOBS","seq":7}`
