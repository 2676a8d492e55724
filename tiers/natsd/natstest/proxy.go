package natstest

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
)

// A Proxy forwards TCP connections to one address, and can cut them as a
// network would: without a farewell. It ends with its test.
type Proxy struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	down  bool
	conns map[net.Conn]struct{}
	hold  bool // see Hold
	// waiting is how many bytes clients have sent and the server has not got.
	waiting int
	turn    *sync.Cond // of mu: something was sent, or may go on
	all     sync.WaitGroup
}

// NewProxy starts a proxy before target, which is "host:port".
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	listener, err := listen(t, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: listener, target: target, conns: make(map[net.Conn]struct{})}
	p.turn = sync.NewCond(&p.mu)
	p.all.Go(p.serve)
	t.Cleanup(p.close)
	return p
}

// Addr is where the proxy listens, as "host:port".
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// URL is Addr for clients of NATS.
func (p *Proxy) URL() string { return "nats://" + p.Addr() }

// Drop ends all connections. New ones are let through.
func (p *Proxy) Drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

// Cut ends all connections and lets none through until Heal.
func (p *Proxy) Cut() {
	p.set(true)
	p.Drop()
}

// Heal lets connections through again.
func (p *Proxy) Heal() { p.set(false) }

func (p *Proxy) set(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

func (p *Proxy) close() {
	_ = p.listener.Close()
	p.Cut()
	p.Release()
	p.all.Wait()
}

func (p *Proxy) serve() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.all.Go(func() { p.forward(in) })
	}
}

func (p *Proxy) forward(in net.Conn) {
	defer p.forget(in)
	if !p.remember(in) {
		return
	}
	out, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", p.target)
	if err != nil {
		return
	}
	defer p.forget(out)
	if !p.remember(out) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() {
		p.send(out, in)
		_ = out.Close()
	})
	both.Go(func() {
		_, _ = io.Copy(in, out)
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out) // until what the client has sent is sent
	})
	both.Wait()
}

// remember notes an open connection; it refuses one while the proxy is cut.
func (p *Proxy) remember(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return false
	}
	p.conns[c] = struct{}{}
	return true
}

func (p *Proxy) forget(c net.Conn) {
	p.mu.Lock()
	delete(p.conns, c)
	p.mu.Unlock()
	_ = c.Close()
}
