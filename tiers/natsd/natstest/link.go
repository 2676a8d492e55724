package natstest

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
)

// A link forwards connections of one server to another's route port, until it
// is cut.
type link struct {
	from, to int
	listener net.Listener
	target   string

	mu    sync.Mutex
	down  bool
	conns map[net.Conn]struct{}
	all   sync.WaitGroup
}

func newLink(t testing.TB, from, to, port int) *link {
	t.Helper()
	listener, err := listen(t, 0)
	if err != nil {
		t.Fatal(err)
	}
	l := &link{from: from, to: to, listener: listener, target: fmt.Sprintf("127.0.0.1:%d", port), conns: make(map[net.Conn]struct{})}
	l.all.Go(l.serve)
	return l
}

func (l *link) addr() string { return l.listener.Addr().String() }

func (l *link) serve() {
	for {
		in, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.all.Go(func() { l.forward(in) })
	}
}

func (l *link) forward(in net.Conn) {
	defer l.forget(in)
	if !l.remember(in) {
		return
	}
	out, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", l.target)
	if err != nil {
		return
	}
	defer l.forget(out)
	if !l.remember(out) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { pipe(out, in) })
	both.Go(func() { pipe(in, out) })
	both.Wait()
}

// pipe copies until either side ends, and then ends both.
func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = from.Close()
}

// remember notes an open connection; it refuses one while the link is cut.
func (l *link) remember(c net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return false
	}
	l.conns[c] = struct{}{}
	return true
}

func (l *link) forget(c net.Conn) {
	l.mu.Lock()
	delete(l.conns, c)
	l.mu.Unlock()
	_ = c.Close()
}

func (l *link) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = true
	for c := range l.conns {
		_ = c.Close()
	}
}

func (l *link) heal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = false
}

func (l *link) close() {
	_ = l.listener.Close()
	l.cut()
	l.all.Wait()
}
