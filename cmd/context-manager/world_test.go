package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/ring"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/serve"
	"github.com/context-manager/context-manager/internal/transcript"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// world is a server, a key ring and the key of one caller, for one test.
type world struct {
	server  *natsd.Server
	dir     string
	ring    string
	keyFile string
}

func newWorld(t *testing.T, configure ...func(*natsd.Options)) *world {
	t.Helper()
	w := &world{server: natstest.Start(t, configure...), dir: t.TempDir()}
	w.ring, w.keyFile = filepath.Join(w.dir, "keys", "ring.json"), filepath.Join(w.dir, "caller.json")
	w.newKey(t, "caller", w.keyFile)
	return w
}

func (w *world) newKey(t *testing.T, id, path string) {
	t.Helper()
	create := keys.NewKey{ID: id, Tenant: []string{"acme"}, Grants: messages.Grants[:], Out: path}
	create.KeysFile = w.ring
	if _, _, err := create.Make(); err != nil {
		t.Fatal(err)
	}
}

// env is what a caller's shell has.
func (w *world) env(more ...string) []string {
	return append([]string{"CTX_NATS_URL=" + w.server.URL(), "CTX_KEY_FILE=" + w.keyFile}, more...)
}

// serve runs a worker in this process until the test ends.
func (w *world) serve(t *testing.T) {
	t.Helper()
	stop := w.start(t)
	t.Cleanup(stop)
}

// start runs a worker in this process; the function it returns drains it.
func (w *world) start(t testing.TB) (stop func()) {
	web, err := serve.Listen(context.Background(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := nats.Connect(w.server.URL(), connect.Lasting()...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s, err := serve.New(ctx, serve.Parts{
		Conn: conn, Source: ring.FromFile(w.ring), Flags: serve.WorkerFlags{L1: 8, Memory: true, DrainTimeout: 10 * time.Second},
		HTTP: web, Log: zerolog.Nop(), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the worker did not drain cleanly: %v", err)
		}
	}
}

// client asks as the world's caller.
func (w *world) client(t *testing.T) *client.Client {
	t.Helper()
	return w.clientFor(t, 30*time.Second)
}

// patientClient waits as long as a busy machine may take for the largest messages.
func (w *world) patientClient(t *testing.T) *client.Client {
	t.Helper()
	return w.clientFor(t, 5*time.Minute)
}

func (w *world) clientFor(t *testing.T, timeout time.Duration) *client.Client {
	t.Helper()
	return w.clientOf(t, client.Options{Timeout: timeout, Retries: 20})
}

// clientOf is a client of these options with the world's key.
func (w *world) clientOf(t *testing.T, o client.Options) *client.Client {
	t.Helper()
	key, err := keys.ReadFile(w.keyFile)
	if err != nil {
		t.Fatal(err)
	}
	o.Tenant, o.KeyID, o.Secret = key.Tenant, key.ID, key.Secret
	c, err := client.New(natstest.Connect(t, w.server), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// outcome is what a command left behind.
type outcome struct {
	code     int
	out, err string
}

// runLine runs a command line in this process.
func runLine(env []string, args ...string) outcome {
	var out, errOut transcript.Text
	code := run(context.Background(), args, env, strings.NewReader(""), &out, &errOut)
	return outcome{code: code, out: out.String(), err: errOut.String()}
}

// must runs a command line that has to succeed.
func must(t *testing.T, env []string, args ...string) outcome {
	t.Helper()
	o := runLine(env, args...)
	if o.code != exitOK {
		t.Fatalf("%v: exit code %d\n%s%s", args, o.code, o.out, o.err)
	}
	return o
}

// mustJSON runs a command line with --json and reads its reply.
func mustJSON[A any](t *testing.T, env []string, args ...string) A {
	t.Helper()
	var reply A
	o := must(t, env, append(args, "--json")...)
	if err := json.Unmarshal([]byte(o.out), &reply); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, o.out)
	}
	return reply
}
