package jet

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A gate dials connections that take nothing while it is shut.
type gate struct {
	waits chan struct{} // has room for one: a write waits

	mu   sync.Mutex
	pass chan struct{} // closed while the gate is open
}

func newGate() *gate {
	g := &gate{waits: make(chan struct{}, 1), pass: make(chan struct{})}
	close(g.pass)
	return g
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pass = make(chan struct{})
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.pass:
	default:
		close(g.pass)
	}
}

func (g *gate) Dial(network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(context.Background(), network, address) // as nats.go dials
	return gatedConn{Conn: c, gate: g}, err
}

type gatedConn struct {
	net.Conn
	gate *gate
}

func (c gatedConn) Write(p []byte) (int, error) {
	c.gate.mu.Lock()
	pass := c.gate.pass
	c.gate.mu.Unlock()
	select {
	case <-pass:
	default:
		select {
		case c.gate.waits <- struct{}{}:
		default:
		}
		<-pass
	}
	return c.Conn.Write(p)
}

// holdRequests has requests wait at another connection, until the func that
// comes for each is called.
func (w *world) holdRequests(at *nats.Conn) <-chan func() {
	w.t.Helper()
	held := make(chan func(), 8)
	_, err := at.Subscribe("held", func(m *nats.Msg) {
		held <- func() {
			if err := at.PublishRequest(DirectGet+"LOG", m.Reply, m.Data); err != nil {
				w.t.Error(err)
			}
		}
	})
	if err == nil {
		err = at.Flush()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.direct = w.directOn("held")
	return held
}

// comes gives what comes by a channel, and fails the test if nothing does.
func comes[T any](t *testing.T, what string, c <-chan T) (got T) {
	t.Helper()
	select {
	case got = <-c:
	case <-time.After(20 * time.Second):
		t.Fatal("never: " + what)
	}
	return got
}

// A connection that takes nothing holds up who publishes, and nobody else: who
// gives up returns, and who is answered has the answer.
func TestAConnectionThatTakesNothingHoldsUpWhoPublishesAlone(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	g := newGate()
	w := onConn(t, natstest.Connect(t, s, nats.SetCustomDialer(g)))
	for _, name := range []string{"a", "b", "c"} {
		w.put(name, "i", name)
	}
	answer := w.holdRequests(natstest.Connect(t, s))
	t.Cleanup(g.open)

	read := func(ctx context.Context, name string) <-chan string {
		done := make(chan string, 1)
		go func() {
			c, err := w.direct.Share(wildcard(name), 1)
			if err != nil {
				done <- err.Error()
				return
			}
			done <- w.answerIn(ctx, c, name)
		}()
		return done
	}
	answered := read(t.Context(), "a")
	asked := <-answer
	g.shut()
	if err := w.nc.Publish("any", nil); err != nil {
		t.Fatal(err)
	}
	<-g.waits // nats.go has the lock of its connection until this is written
	held := read(t.Context(), "b")
	await.That(t, "a second request is on its way", func() bool {
		v := &w.direct.convoy
		if !v.mu.TryLock() {
			return false
		}
		defer v.mu.Unlock()
		return v.out == abreast
	})
	ctx, leave := context.WithCancel(t.Context())
	left := read(ctx, "c")
	await.That(t, "a third waits", func() bool { return w.direct.convoy.waiting() == 1 })
	leave()
	comes(t, "who gives up returns", left)
	asked()
	if got := comes(t, "who is answered has the answer", answered); got != "i=a" {
		t.Errorf("%q", got)
	}
	if len(held) > 0 {
		t.Error("the connection took something: the test shows nothing")
	}
	g.open()
	(<-answer)()
	comes(t, "who was held up goes on", held)
}
