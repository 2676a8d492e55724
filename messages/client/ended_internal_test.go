package client

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A reply that is there is taken, though the time of the call is up too: after a
// standstill of the process both are found at once.
func TestAReplyThatIsThereIsTakenThoughTimeIsUp(t *testing.T) {
	t.Parallel()
	c := &Client{inbox: newTestInbox()}
	good := func(*slot, *nats.Msg) (bool, error) { return true, nil }
	ended, end := context.WithCancel(t.Context())
	end()
	for range 100 {
		s := openSlot(t, c.inbox)
		s.timer.Reset(0)
		c.inbox.deliver(&nats.Msg{Subject: s.subject})
		if m, err := c.wait(ended, s, good, noOther); m == nil || err != nil {
			t.Fatalf("got %v, %v; want the reply", m, err)
		}
		c.inbox.release(s)
	}
}

// Nor do forgeries that come all the time make the call last longer.
func TestForgeriesDoNotOutlastTheTimeOfACall(t *testing.T) {
	t.Parallel()
	c := &Client{inbox: newTestInbox(), nc: natstest.Connect(t, natstest.Start(t))}
	ended, end := context.WithCancel(t.Context())
	end()
	s := openSlot(t, c.inbox)
	defer c.inbox.release(s)
	judged := 0
	forged := func(s *slot, m *nats.Msg) (bool, error) {
		judged++
		c.inbox.deliver(m) // there is always another
		if judged > 100_000 {
			t.Fatal("the call goes on for ever")
		}
		return false, errUnsigned
	}
	c.inbox.deliver(&nats.Msg{Subject: s.subject})
	if m, err := c.wait(ended, s, forged, noOther); m != nil || err == nil {
		t.Errorf("got %v, %v; want that time is up", m, err)
	}
}

// Close does not wait for a pause between two tries, which may be long.
func TestCloseEndsAPause(t *testing.T) {
	t.Parallel()
	c, err := New(natstest.Connect(t, natstest.Start(t)), Options{
		Tenant: "acme", KeyID: "web", Secret: envelope.NewSecret(make([]byte, envelope.MinSecretBytes)), Timeout: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	schedule := c.schedule(t.Context())
	c.Close()
	ended := make(chan bool)
	go func() {
		ended <- schedule.pause(t.Context(), 0, messages.Errorf(messages.CodeOverloaded, "full").After(30*time.Minute))
	}()
	select {
	case again := <-ended:
		if !again {
			t.Error("the pause is the last that is heard; want another try, which says that the client is closed")
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the pause goes on")
	}
}
