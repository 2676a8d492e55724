package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
)

func TestThreeNodesKeepThreeCopies(t *testing.T) {
	t.Parallel()
	w, nodes := newCluster(t)
	w.url = nodes[0].ClientURL()
	js, err := jetstream.New(w.operator(t))
	if err != nil {
		t.Fatal(err)
	}
	config := jetstream.StreamConfig{Name: "CTX_JOBS", Subjects: []string{"ctx.v1.job.*.*"}, Replicas: 3}
	waitFor(t, func() bool { _, err := js.CreateStream(t.Context(), config); return err == nil })

	// A limit of the account's would count every copy, so the servers' own are all that there are.
	account, err := js.AccountInfo(t.Context())
	if err != nil || account.Limits.MaxStore >= 0 {
		t.Errorf("the account may store %+v, %v: of three copies that holds a third", account, err)
	}

	// A caller of another node publishes a job, and is told that it is stored.
	w.url = nodes[2].ClientURL()
	caller, err := jetstream.New(w.acme(t))
	if err != nil {
		t.Fatal(err)
	}
	ack, err := caller.Publish(t.Context(), "ctx.v1.job.acme.store", []byte("{}"), jetstream.WithRetryAttempts(20))
	if err != nil || ack.Stream != "CTX_JOBS" {
		t.Fatalf("the job was acknowledged with %+v, %v", ack, err)
	}
}

func TestNobodyJoinsTheClusterWithACertificateForClients(t *testing.T) {
	t.Parallel()
	w := &world{ca: newAuthority(t, "clients")}
	var err error
	if w.globex, err = nkeys.CreateUser(); err != nil {
		t.Fatal(err)
	}
	routes := newAuthority(t, "nodes")
	node := w.node(t, "nats-0", "127.0.0.1:1", routes, routes)
	log := &errorLog{}
	node.SetLoggerV2(log, false, false, false)

	stranger := w.node(t, "nats-1", node.ClusterAddr().String(), routes, w.ca)
	waitFor(t, func() bool { return log.has("handshake error") })
	if node.NumRoutes() != 0 || stranger.NumRoutes() != 0 {
		t.Error("a client's certificate makes a server a node")
	}
}

// An errorLog keeps what a server complains of.
type errorLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *errorLog) has(part string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.lines, func(line string) bool { return strings.Contains(line, part) })
}

func (l *errorLog) Errorf(format string, v ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf(format, v...))
}

func (*errorLog) Noticef(string, ...any) {}
func (*errorLog) Warnf(string, ...any)   {}
func (*errorLog) Fatalf(string, ...any)  {}
func (*errorLog) Debugf(string, ...any)  {}
func (*errorLog) Tracef(string, ...any)  {}

// newCluster starts three nodes with cluster.conf.
func newCluster(t *testing.T) (*world, []*server.Server) {
	t.Helper()
	w := &world{ca: newAuthority(t, "clients")}
	var err error
	if w.globex, err = nkeys.CreateUser(); err != nil {
		t.Fatal(err)
	}
	routes := newAuthority(t, "nodes")
	first := w.node(t, "nats-0", "127.0.0.1:1", routes, routes) // finds nobody, and is found
	seed := first.ClusterAddr().String()
	nodes := []*server.Server{first, w.node(t, "nats-1", seed, routes, routes), w.node(t, "nats-2", seed, routes, routes)}
	waitFor(t, func() bool {
		for _, node := range nodes {
			if !node.JetStreamIsCurrent() || len(node.ActivePeers()) < 3 {
				return false
			}
		}
		return true
	})
	return w, nodes
}

// node starts one node that looks for the others at an address. It trusts one
// authority about nodes and has a certificate of another, or the same.
func (w *world) node(t *testing.T, name, seed string, trusted, issuer *authority) *server.Server {
	t.Helper()
	dir := t.TempDir()
	w.install(t, dir, "$NATS_SERVER_NAME", name, `"0.0.0.0:6222"`, `"127.0.0.1:-1"`,
		`"nats://nats-0:6222"`, `"nats://`+seed+`"`, `"nats://nats-1:6222"`, "", `"nats://nats-2:6222"`, "")
	folder := filepath.Join(dir, "tls")
	writePEM(t, filepath.Join(folder, "route-ca.crt"), "CERTIFICATE", trusted.certificate.Raw)
	writePair(t, folder, "route", issuer.issue(t, name, "Context Manager"))
	return start(t, filepath.Join(dir, "cluster.conf"))
}

func TestTheServerOfTheComposeExampleTakesWhatWorkersNeed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("compose/nats.conf")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	change := strings.NewReplacer(`"0.0.0.0:4222"`, `"127.0.0.1:-1"`, `"0.0.0.0:8222"`, `"127.0.0.1:-1"`, `"/data"`, `"`+dir+`"`)
	file := filepath.Join(dir, "nats.conf")
	if err := os.WriteFile(file, []byte(change.Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	nc, err := nats.Connect(start(t, file).ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if nc.MaxPayload() < 10<<20+64<<10 {
		t.Errorf("max_payload is %d", nc.MaxPayload())
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.AccountInfo(t.Context()); err != nil {
		t.Errorf("JetStream is off: %v", err)
	}
}
