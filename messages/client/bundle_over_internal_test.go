package client

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A bundle's replies are waited for one after the other. Once its time is up that
// stays so: a reply that was there as it ended must not have the next be waited for without end.
func TestTimeThatIsUpStaysUp(t *testing.T) {
	t.Parallel()
	c := &Client{inbox: newTestInbox(), nc: natstest.Connect(t, natstest.Start(t))}
	good := func(*slot, *nats.Msg) (bool, error) { return true, nil }
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for range 20 {
		s := openSlot(t, c.inbox)
		s.timer.Reset(0)
		c.inbox.deliver(&nats.Msg{Subject: s.subject})
		if m, err := c.wait(ctx, s, good, noOther); m == nil || err != nil {
			t.Fatalf("got %v, %v; want the reply", m, err)
		}
		if m, err := c.wait(ctx, s, good, noOther); m != nil || err == nil {
			t.Fatalf("got %v, %v; want that time is up", m, err)
		}
		c.inbox.release(s)
	}
	if ctx.Err() != nil {
		t.Error("the wait went on when its time was up")
	}
}
