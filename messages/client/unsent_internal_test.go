package client

import (
	"errors"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// Whose time was up before its message could leave has not sent it: its life would end before it begins.
func TestNothingIsSentWhoseTimeIsUp(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, Options{})
	asks, err := c.nc.SubscribeSync(c.subjects.AskAll())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	c.opts.Clock = func() time.Time { return now }
	k := call{op: messages.OpStats, body: []byte("{}"), until: now.Add(shortestLife - 1), follows: noOther}
	n := &bundle{leave: make(chan struct{}, 1), until: k.until}
	first, second := n.add(k), n.add(k)
	c.carryAsks(t.Context(), c.asks[messages.OpStats], n)
	for _, o := range []outcome{c.send(t.Context(), &k), <-first.done, <-second.done} {
		if !errors.Is(o.err, ErrNoReply) || o.sent.ID != "" {
			t.Errorf("id %q, %v; want ErrNoReply of no message", o.sent.ID, o.err)
		}
	}
	if err := c.nc.Flush(); err != nil {
		t.Fatal(err)
	}
	if sent, _, _ := asks.Pending(); sent != 0 {
		t.Errorf("%d messages were sent; want none", sent)
	}
}
