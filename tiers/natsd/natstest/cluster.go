package natstest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/natsd"
)

// A Cluster is some servers with replicated JetStream, in this process. Each
// reaches the others through links that a test can cut.
type Cluster struct {
	t       testing.TB
	servers []*natsd.Server
	options []natsd.Options
	links   []link
}

// A link is how one server reaches another's route port.
type link struct {
	*Proxy
	from, to int
}

// StartCluster starts a cluster for one test, and waits until it has a leader.
func StartCluster(t testing.TB, size int) *Cluster {
	t.Helper()
	c := &Cluster{t: t, servers: make([]*natsd.Server, size)}
	ports := freePorts(t, 2*size) // clients', then routes'
	for i := range size {
		c.options = append(c.options, c.member(i, ports[i], ports[size:]))
	}
	for i := range size {
		c.Restart(i)
	}
	t.Cleanup(func() {
		for i := range size {
			c.Stop(i)
		}
	})
	c.AwaitLeader()
	return c
}

func (c *Cluster) member(i, port int, routes []int) natsd.Options {
	var peers []*url.URL
	for j, route := range routes {
		if j != i {
			l := link{Proxy: NewProxy(c.t, fmt.Sprintf("127.0.0.1:%d", route)), from: i, to: j}
			c.links = append(c.links, l)
			peers = append(peers, &url.URL{Scheme: "nats", Host: l.Addr()})
		}
	}
	return natsd.Options{
		StoreDir: c.t.TempDir(), Port: port, ReadyTimeout: time.Minute,
		Configure: func(o *server.Options) {
			o.ServerName = fmt.Sprintf("server-%d", i)
			o.Routes = peers
			// Members tell each other of an address where nobody listens, or they would go round the links.
			o.Cluster = server.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: routes[i], PoolSize: -1, NoAdvertise: true, Advertise: "127.0.0.1:9"}
		},
	}
}

// AwaitLeader returns when the cluster takes requests about JetStream, and every
// server sees all others. The first of them must run.
func (c *Cluster) AwaitLeader() {
	c.t.Helper()
	js, err := jetstream.New(c.Connect(0))
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		attempt, done := context.WithTimeout(ctx, time.Second)
		_, err := js.AccountInfo(attempt)
		done()
		if err == nil && c.meshed() {
			return
		}
		if ctx.Err() != nil {
			c.t.Fatalf("the cluster has no leader: %v", err)
		}
	}
}

// meshed tells whether every server sees all others.
func (c *Cluster) meshed() bool {
	for _, s := range c.servers {
		if s.Inner().NumRoutes() < len(c.servers)-1 {
			return false
		}
	}
	return true
}

// Server is the i-th server; nil while it is stopped.
func (c *Cluster) Server(i int) *natsd.Server { return c.servers[i] }

// Connect opens a connection to the i-th server alone, closed with the test.
func (c *Cluster) Connect(i int, opts ...nats.Option) *nats.Conn {
	c.t.Helper()
	return Connect(c.t, c.servers[i], append([]nats.Option{nats.IgnoreDiscoveredServers()}, opts...)...)
}

// Dir is where the i-th server has its files.
func (c *Cluster) Dir(i int) string { return c.options[i].StoreDir }

// URL lists every server, for connections that go on with another one.
func (c *Cluster) URL() string {
	urls := make([]string, len(c.options))
	for i, o := range c.options {
		urls[i] = fmt.Sprintf("nats://127.0.0.1:%d", o.Port)
	}
	return strings.Join(urls, ",")
}

// Stop stops the i-th server.
func (c *Cluster) Stop(i int) {
	if c.servers[i] != nil {
		c.servers[i].Shutdown()
		c.servers[i] = nil
	}
}

// Restart starts the i-th server, again with its port and its files.
func (c *Cluster) Restart(i int) {
	c.t.Helper()
	s, err := natsd.Start(c.options[i])
	if err != nil {
		c.t.Fatal(err)
	}
	c.servers[i] = s
}

// Cut takes the i-th server's routes away; its clients stay connected.
func (c *Cluster) Cut(i int) { c.each(i, (*Proxy).Cut) }

// Heal gives the i-th server its routes back.
func (c *Cluster) Heal(i int) { c.each(i, (*Proxy).Heal) }

func (c *Cluster) each(i int, do func(*Proxy)) {
	for _, l := range c.links {
		if l.from == i || l.to == i {
			do(l.Proxy)
		}
	}
}

func listen(t testing.TB, port int) (net.Listener, error) {
	t.Helper()
	return (&net.ListenConfig{}).Listen(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
}

// freePorts finds ports that nobody listens on, below those that systems give
// to whoever asks for any: tests that run at the same time would get them.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	const lowest, highest, tries = 10_000, 32_000, 1000
	var ports []int
	for range tries {
		port := lowest + rand.IntN(highest-lowest)
		l, err := listen(t, port)
		if err != nil {
			continue
		}
		defer func() { _ = l.Close() }() // at the end, so that none comes twice
		if ports = append(ports, port); len(ports) == n {
			return ports
		}
	}
	t.Fatal("no free ports")
	return nil
}
