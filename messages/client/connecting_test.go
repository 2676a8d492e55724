package client_test

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
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
		if err := call(w.clientOn(w.connecting(tries))); err != nil {
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
