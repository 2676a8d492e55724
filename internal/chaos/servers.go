package chaos

import (
	"net"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// servers are what can be stopped and cut of the NATS servers.
type servers interface {
	size() int
	server(i int) *natsd.Server // nil while it is stopped
	stop(i int)
	start(i int)
	cut(i int)  // from the other servers
	heal(i int) // to them
}

// single is one server, with every write on disk before it is acknowledged.
type single struct {
	t       testing.TB
	running *natsd.Server
	options natsd.Options
}

func newSingle(t testing.TB) *single {
	s := &single{t: t, options: natsd.Options{StoreDir: t.TempDir(), SyncAlways: true}}
	s.start(0)
	s.options.Port = s.running.Addr().(*net.TCPAddr).Port
	t.Cleanup(func() { s.stop(0) })
	return s
}

func (s *single) size() int                { return 1 }
func (s *single) server(int) *natsd.Server { return s.running }
func (s *single) cut(int)                  {}
func (s *single) heal(int)                 {}

func (s *single) stop(int) {
	if s.running != nil {
		s.running.Shutdown()
		s.running = nil
	}
}

func (s *single) start(int) {
	running, err := natsd.Start(s.options)
	if err != nil {
		s.t.Fatal(err)
	}
	s.running = running
}

// cluster is several servers with a copy of everything on each.
type cluster struct {
	*natstest.Cluster
	n int
}

func (c cluster) size() int                  { return c.n }
func (c cluster) server(i int) *natsd.Server { return c.Server(i) }
func (c cluster) stop(i int)                 { c.Stop(i) }
func (c cluster) start(i int)                { c.Restart(i) }
func (c cluster) cut(i int)                  { c.Cut(i) }
func (c cluster) heal(i int)                 { c.Heal(i) }

// A backend is the servers and the proxies before them.
type backend struct {
	servers
	proxies []*natstest.Proxy
}

func newBackend(t testing.TB, size int) *backend {
	t.Helper()
	b := &backend{}
	if size == 1 {
		b.servers = newSingle(t)
	} else {
		b.servers = cluster{natstest.StartCluster(t, size), size}
	}
	for i := range size {
		b.proxies = append(b.proxies, natstest.NewProxy(t, b.server(i).Addr().String()))
	}
	return b
}

// url lists the proxies: nobody knows the servers themselves.
func (b *backend) url() string {
	urls := make([]string, len(b.proxies))
	for i, p := range b.proxies {
		urls[i] = p.URL()
	}
	return strings.Join(urls, ",")
}

// leader is the server that leads a stream, -1 while none does.
func (b *backend) leader(stream string) int {
	for i := range b.size() {
		if s := b.server(i); s != nil && (b.size() == 1 || s.Inner().JetStreamIsStreamLeader("$G", stream)) {
			return i
		}
	}
	return -1
}
