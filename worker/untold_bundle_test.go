package worker

import (
	"bytes"
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

// A leakyDialer makes connections that lose what is written with the mark in it,
// and all that comes after, as a connection does that breaks.
type leakyDialer struct {
	mark string
	lost atomic.Bool
}

func (d *leakyDialer) Dial(network, address string) (net.Conn, error) {
	to, err := new(net.Dialer).DialContext(context.Background(), network, address)
	return &leakyConn{Conn: to, dialer: d}, err
}

type leakyConn struct {
	net.Conn
	dialer *leakyDialer
	broken bool
}

func (c *leakyConn) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(c.dialer.mark)) && c.dialer.lost.CompareAndSwap(false, true) {
		c.broken = true
	}
	if c.broken {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// An answer is on its way as the connection breaks, and others of its bundle are
// done when there is another: the job comes again, and its caller is told.
func TestAnAnswerThatWentWithTheConnectionIsGivenAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	inbox, got := r.spy()
	wire := &leakyDialer{mark: "PUB " + inbox}
	g := newGate()
	w := r.start(options{
		deps: g.holding("held"),
		conn: []nats.Option{nats.SetCustomDialer(wire), nats.MaxReconnects(-1), nats.ReconnectWait(time.Millisecond), nats.ReconnectBufSize(-1)},
	})
	r.publish(aList.together(t, listOf("s"), listOf("held")).with(func(c *call) { c.reply = inbox }))
	await.That(t, "the first answer is lost", wire.lost.Load)
	g.waitFor(t, 1)
	before := w.nc.Stats().Reconnects
	if err := w.nc.ForceReconnect(); err != nil {
		t.Fatal(err)
	}
	await.That(t, "there is another connection", func() bool { return w.nc.Stats().Reconnects > before && w.nc.IsConnected() })
	g.open()
	r.idle()
	if answers := placesOf(t, got()); answers[0] != 1 || answers[1] == 0 {
		t.Errorf("answers by place: %v; want both told", answers)
	}
}

// One answer of a bundle could not be sent, and those after it could: it is lost all the same.
func TestAnAnswerThatIsLostIsNotForgottenForLaterOnes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{})
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")).with(func(c *call) { c.reply = nats.NewInbox() }), time.Minute).answers
	b.ready.Into(nil)
	b.ready.Add(messages.PartReply{Place: 0, Status: statusOK, Body: []byte(`"` + strings.Repeat("x", int(w.nc.MaxPayload())) + `"`)})
	b.flush()
	if b.lost == nil {
		t.Fatal("no message takes so much, and it was sent: the test shows nothing")
	}
	b.add(part{place: 1}, []byte(`{}`), nil)
	if b.flush(); b.lost == nil {
		t.Error("it is taken for sent since the next was")
	}
}
