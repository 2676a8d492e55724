package client_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A gate is a network that refuses its first connections.
type gate struct {
	refuse int64
	dials  atomic.Int64
}

func (g *gate) Dial(network, address string) (net.Conn, error) {
	if g.dials.Add(1) <= g.refuse {
		return nil, errors.New("the network is not there yet")
	}
	return new(net.Dialer).DialContext(context.Background(), network, address)
}

// connecting is a connection that is not made before so many tries.
func (w *world) connecting(tries int64) *nats.Conn {
	w.t.Helper()
	nc, err := nats.Connect(w.server.URL(), nats.SetCustomDialer(&gate{refuse: tries}),
		nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond), nats.ReconnectJitter(0, 0))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(nc.Close)
	return nc
}

// Until the first server has spoken nats.go takes it that no server knows
// headers, and sends nothing: that passes.
func TestCallsWaitForTheFirstConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.jobs()
	w.fake(func(r taken) { r.stored(1) })
	const tries = 10
	for name, call := range map[string]func(*client.Client) error{
		"ask": func(c *client.Client) error {
			_, err := c.Store(t.Context(), turn("a"))
			return err
		},
		"job": func(c *client.Client) error {
			_, err := c.Submit(t.Context(), messages.OpStore, turn("a"))
			return err
		},
	} {
		if err := call(w.clientOn(w.connecting(tries), patient, func(o *client.Options) { o.Retries = 12 })); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoConnectionAtAllIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.clientOn(w.connecting(1<<40), func(o *client.Options) { o.Retries = 1 })
	if _, err := c.Store(t.Context(), turn("a")); !errors.Is(err, client.ErrNotConnected) {
		t.Errorf("an ask: %v; want ErrNotConnected", err)
	}
	if _, err := c.Submit(t.Context(), messages.OpStore, turn("a")); !errors.Is(err, client.ErrNotConnected) {
		t.Errorf("a job: %v; want ErrNotConnected", err)
	}
}

// A connection that is away has room for so much. Who has more to send is told
// what that means: nats.go speaks of its buffer alone.
func TestNoRoomWhileTheConnectionIsAwayIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	away := make(chan struct{})
	nc := natstest.Connect(t, w.server, nats.ReconnectBufSize(-1), nats.MaxReconnects(-1), nats.DisconnectErrHandler(func(*nats.Conn, error) { close(away) }))
	c := w.clientOn(nc, func(o *client.Options) { o.Retries = -1 })
	w.server.Shutdown()
	<-away
	for name, call := range map[string]func() error{
		"ask": func() error { _, err := c.Store(t.Context(), turn("a")); return err },
		"job": func() error { _, err := c.Submit(t.Context(), messages.OpStore, turn("a")); return err },
	} {
		if err := call(); !errors.Is(err, nats.ErrReconnectBufExceeded) || !strings.Contains(err.Error(), "the connection to NATS is away") {
			t.Errorf("%s: %v; want that the connection is away", name, err)
		}
	}
}
