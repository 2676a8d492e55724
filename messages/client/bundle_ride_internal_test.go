package client

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func newTestClient(t *testing.T, o Options, configure ...func(*natsd.Options)) *Client {
	t.Helper()
	o.Tenant, o.KeyID, o.Secret = "acme", "web", envelope.NewSecret(make([]byte, envelope.MinSecretBytes))
	c, err := New(natstest.Connect(t, natstest.Start(t, configure...)), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// An answer that is there is taken, though its caller's context has ended too.
func TestAnAnswerToABundleThatIsThereIsTakenThoughTheContextHasEnded(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, Options{})
	ended, end := context.WithCancel(t.Context())
	end()
	for range 100 {
		n := &bundle{leave: make(chan struct{}, 1)}
		s := n.add(call{})
		s.done <- outcome{body: []byte("{}")}
		if o := c.asks[messages.OpStats].ride(ended, s); o.err != nil {
			t.Fatalf("got %v; want the answer", o.err)
		}
	}
}

// Nor is what a bundle came to lost on a caller whose time is up at the same
// moment: an answer, or that what came to the inbox was forged.
func TestWhatABundleComesToIsHeardAsItsTimeIsUp(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, Options{})
	over, end := context.WithDeadline(t.Context(), time.Now())
	defer end()
	var o outcome
	for range 10 { // a busy machine may be late by more than a caller waits
		n := &bundle{leave: make(chan struct{}, 1)}
		s := n.add(call{})
		time.AfterFunc(ending/10, func() { s.done <- outcome{err: ErrReplyNotVerified} })
		if o = c.asks[messages.OpStats].ride(over, s); errors.Is(o.err, ErrReplyNotVerified) {
			return
		}
	}
	t.Errorf("got %v; want what the bundle came to", o.err)
}
