package deploy

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// A world is a server that runs with deploy/nats, and the people around it.
type world struct {
	url    string
	ca     *authority
	globex nkeys.KeyPair // whose public key stands in accounts.conf here
}

// placeholder is the public nkey in accounts.conf that users are told to replace.
const placeholder = "UCZ7Y3JOPSBRGWJMUOPDCG2MPCADBH5ACIJQ2SV6FSJB2HZSIRKLBSDA"

// newWorld starts a server with the configuration as it is shipped; only
// paths, ports, the server's name and the placeholder are this test's own.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{ca: newAuthority(t, "clients")}
	var err error
	if w.globex, err = nkeys.CreateUser(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	w.install(t, dir)
	w.url = start(t, filepath.Join(dir, "server.conf")).ClientURL()
	return w
}

// start runs a server with a configuration file.
func start(t *testing.T, file string) *server.Server {
	t.Helper()
	opts, err := server.ProcessConfigFile(file)
	if err != nil {
		t.Fatal(err)
	}
	opts.NoSigs, opts.NoLog = true, true
	s, err := server.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server did not start")
	}
	return s
}

// install writes the configuration and certificates to a folder, with further
// changes to the text: pairs of old and new.
func (w *world) install(t *testing.T, dir string, changes ...string) {
	t.Helper()
	public, err := w.globex.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	change := strings.NewReplacer(append(changes,
		"/etc/nats/", dir+"/", "/var/lib/nats", filepath.Join(dir, "store"), "$NATS_SERVER_NAME", "nats-0",
		`"0.0.0.0:4222"`, `"127.0.0.1:-1"`, `http: "127.0.0.1:8222"`, "", placeholder, public)...)
	for _, name := range []string{"server.conf", "accounts.conf", "cluster.conf"} {
		text, err := os.ReadFile(filepath.Join("nats", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(change.Replace(string(text))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder := filepath.Join(dir, "tls")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	writePEM(t, filepath.Join(folder, "ca.crt"), "CERTIFICATE", w.ca.certificate.Raw)
	writePair(t, folder, "server", w.ca.issue(t, "nats-0", "Context Manager"))
}

// dial connects with a client certificate, or none.
func (w *world) dial(certificates []tls.Certificate, opts ...nats.Option) (*nats.Conn, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: w.ca.pool(), Certificates: certificates}
	return nats.Connect(w.url, append([]nats.Option{
		nats.Secure(config), nats.NoReconnect(), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}),
	}, opts...)...)
}

func (w *world) connect(t *testing.T, commonName, organization string, opts ...nats.Option) *nats.Conn {
	t.Helper()
	nc, err := w.dial([]tls.Certificate{w.ca.issue(t, commonName, organization)}, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

func (w *world) worker(t *testing.T) *nats.Conn {
	t.Helper()
	return w.connect(t, "worker", "Context Manager")
}

func (w *world) operator(t *testing.T) *nats.Conn {
	t.Helper()
	return w.connect(t, "operator", "Context Manager")
}

func (w *world) acme(t *testing.T) *nats.Conn {
	t.Helper()
	return w.connect(t, "support-bot", "Acme", nats.CustomInboxPrefix("_INBOX.caller.support-bot"))
}

// refused tells whether the server turned down what do did on a connection.
func refused(t *testing.T, nc *nats.Conn, do func(*nats.Conn) error) bool {
	t.Helper()
	if err := do(nc); err != nil {
		t.Fatal(err)
	}
	// The server's refusal comes before the answer to the flush.
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	err := nc.LastError()
	return err != nil && strings.Contains(strings.ToLower(err.Error()), "permissions violation")
}

func publishing(subject string) func(*nats.Conn) error {
	return func(nc *nats.Conn) error { return nc.Publish(subject, []byte("{}")) }
}

// subscribing takes a subject, and a queue group after a space.
func subscribing(subject string) func(*nats.Conn) error {
	return func(nc *nats.Conn) error {
		subject, queue, _ := strings.Cut(subject, " ")
		_, err := nc.QueueSubscribeSync(subject, queue)
		return err
	}
}
