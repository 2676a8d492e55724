package chaos

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
)

// Options say what is run and for how long.
type Options struct {
	Seed     uint64        // of everything that is left to chance
	Duration time.Duration // of the faults; start, recovery and check come on top
	Servers  int           // 1, or 3 for a cluster
	Workers  int           // processes. Default 3.
	Callers  int           // of each of the two kinds of load. Default 3.
	// Faults are the names of those that may happen. Default all.
	Faults []string
	// Program is what runs as `<program> worker`.
	Program string
}

const (
	tenant       = "acme"
	recoveryTime = 2 * time.Minute  // until all work goes on again
	drainTime    = 40 * time.Second // until a worker that was told to stop has
	checkTime    = time.Minute
)

// A run is a deployment under load, and what is known of it.
type run struct {
	o        Options
	t        testing.TB
	backend  *backend
	fleet    *fleet
	h        *history
	g        *registers
	chance   *rand.Rand // of the faults alone: what is asked has its own
	key      envelope.Key
	happened map[string]int
}

// Run runs a deployment under load and faults and fails the test if a promise
// was broken. It logs its seed, the faults and a verdict.
func Run(t testing.TB, o Options) {
	t.Helper()
	o.Workers, o.Callers = cmp.Or(o.Workers, 3), cmp.Or(o.Callers, 3)
	r := &run{
		o: o, t: t, h: newHistory(), g: newRegisters(time.Now), happened: map[string]int{},
		chance: rand.New(rand.NewPCG(o.Seed, 0)), //nolint:gosec // a seed that can be given again is the point
		key: envelope.Key{
			ID: "chaos", Secrets: []envelope.Secret{envelope.NewSecret([]byte("a secret for chaos, known to all"))},
			Tenants: []string{tenant}, Grants: messages.Grants[:],
		},
	}
	r.log("seed %d, %v of faults, %d server(s), %d workers", o.Seed, o.Duration, o.Servers, o.Workers)
	r.start()
	r.load()
	r.check()
	r.fleet.close(drainTime)
	r.verdict()
}

func (r *run) log(format string, args ...any) { r.t.Logf(format, args...) }

func (r *run) start() {
	r.t.Helper()
	r.backend = newBackend(r.t, r.o.Servers)
	ring := filepath.Join(r.t.TempDir(), "ring.json")
	doc, err := envelope.EncodeRing([]envelope.Key{r.key})
	if err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(ring, doc, 0o600); err != nil {
		r.t.Fatal(err)
	}
	url, replicas := r.backend.url(), fmt.Sprint(r.o.Servers)
	r.fleet = newFleet(r.o.Workers, func() *exec.Cmd {
		cmd := exec.CommandContext(context.Background(), r.o.Program, "worker", "--http", "127.0.0.1:0", "--l1", "8", "--ack-wait", "3s", "--replicas", replicas)
		cmd.Env = append(os.Environ(), "CTX_NATS_URL="+url, "CTX_KEYS_FILE="+ring)
		return cmd
	}, r.h.blame)
	r.t.Cleanup(func() { r.fleet.close(drainTime) })
	r.until(recoveryTime, "the workers serve", func() bool { return r.fleet.serving() == r.o.Workers })
}

// connect connects through the proxies, and keeps the connection for ever.
func (r *run) connect() *nats.Conn {
	r.t.Helper()
	nc, err := nats.Connect(r.backend.url(), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond), nats.IgnoreDiscoveredServers())
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(nc.Close)
	return nc
}

// client makes a client with a connection of its own.
func (r *run) client(retries int) *client.Client {
	r.t.Helper()
	c, err := client.New(r.connect(), client.Options{
		Tenant: tenant, KeyID: r.key.ID, Secret: r.key.Secrets[0], Timeout: patience, Retries: retries,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(c.Close)
	return c
}
