package deploy

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	address := w.node(t, "nats-0", "127.0.0.1:1", routes, routes).ClusterAddr().String()
	if err := knock(t, address, routes, routes); err != nil {
		t.Errorf("a node with the nodes' certificate: %v", err)
	}
	if err := knock(t, address, routes, w.ca); err == nil {
		t.Error("a client's certificate opens the port for nodes")
	}
}

// knock shows the port for nodes a certificate, and waits for a word of the
// server under TLS: it tells somebody who presents as a client that this is the wrong port.
func knock(t *testing.T, address string, server, issuer *authority) error {
	t.Helper()
	plain, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if err := plain.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	// Before TLS the server says who it is, in one line.
	for one := make([]byte, 1); one[0] != '\n'; {
		if _, err := plain.Read(one); err != nil {
			t.Fatal(err)
		}
	}
	secured := tls.Client(plain, &tls.Config{
		MinVersion: tls.VersionTLS13, RootCAs: server.pool(), ServerName: "127.0.0.1",
		Certificates: []tls.Certificate{issuer.issue(t, "nats-9", "Context Manager")},
	})
	if _, err := secured.Write([]byte("CONNECT {\"lang\":\"go\"}\r\n")); err != nil {
		return err
	}
	_, err = secured.Read(make([]byte, 1))
	return err
}

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
