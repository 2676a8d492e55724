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

// A breaker is a network that breaks at the first large write.
type breaker struct{ broken atomic.Bool }

func (b *breaker) Dial(network, address string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(context.Background(), network, address)
	return breakable{c, b}, err
}

type breakable struct {
	net.Conn
	breaker *breaker
}

func (c breakable) Write(p []byte) (int, error) {
	if len(p) > 1<<20 && c.breaker.broken.CompareAndSwap(false, true) {
		_ = c.Close() // which the write says
	}
	return c.Conn.Write(p)
}

// What is larger than nats.go's buffer is written at once, and so may be what
// finds that the connection is broken, before that is known.
func TestACallOutlivesTheConnectionThatItBreaks(t *testing.T) {
	t.Parallel()
	large := turn(strings.Repeat("a long text ", 1<<17))
	for name, call := range map[string]func(*client.Client) error{
		"ask": func(c *client.Client) error {
			_, err := c.Store(t.Context(), large)
			return err
		},
		"job": func(c *client.Client) error {
			_, err := c.Submit(t.Context(), messages.OpStore, large)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.jobs()
			w.fake(func(r taken) { r.stored(1) })
			b := &breaker{}
			nc := natstest.Connect(t, w.server, nats.SetCustomDialer(b), nats.ReconnectWait(10*time.Millisecond))
			if err := call(w.clientOn(nc, patient)); err != nil { // so that no end of a try is what saves it
				t.Error(err)
			}
			if !b.broken.Load() {
				t.Error("the connection did not break: the test shows nothing")
			}
		})
	}
}

// A stuck is a network whose first connection takes nothing once it is stuck, as
// that to a machine which stands still.
type stuck struct {
	dials atomic.Int64
	is    atomic.Bool
}

func (s *stuck) Dial(network, address string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(context.Background(), network, address)
	if err != nil || s.dials.Add(1) > 1 {
		return c, err
	}
	near, far := net.Pipe() // what is written waits for a reader
	return &stuckConn{Conn: c, nobody: near, far: far, stuck: s}, nil
}

type stuckConn struct {
	net.Conn
	nobody, far net.Conn
	stuck       *stuck
}

func (c *stuckConn) SetWriteDeadline(at time.Time) error {
	return errors.Join(c.nobody.SetWriteDeadline(at), c.Conn.SetWriteDeadline(at))
}

func (c *stuckConn) Write(p []byte) (int, error) {
	if c.stuck.is.Load() {
		return c.nobody.Write(p)
	}
	return c.Conn.Write(p)
}

// How long a connection that takes nothing holds up calls, and that it is left, is
// for options of nats.go to say, which the package's documentation names.
func TestAConnectionThatTakesNothingIsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake(func(r taken) { r.stored(1) })
	s := &stuck{}
	nc := natstest.Connect(t, w.server, nats.SetCustomDialer(s), nats.ReconnectWait(10*time.Millisecond),
		nats.FlusherTimeout(50*time.Millisecond), nats.ReconnectOnFlusherError())
	c := w.clientOn(nc, patient, func(o *client.Options) { o.AttemptTimeout = 200 * time.Millisecond })
	s.is.Store(true)
	if _, err := c.Store(t.Context(), turn("a")); err != nil {
		t.Error(err)
	}
	c.Close()
	if s.dials.Load() < 2 {
		t.Error("the connection was not left: the test shows nothing")
	}
}
