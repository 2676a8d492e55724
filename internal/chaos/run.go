package chaos

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
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
	key      messages.Key
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
		key: messages.Key{
			ID: "chaos", Secrets: []messages.Secret{messages.NewSecret([]byte("a secret for chaos, known to all"))},
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
	doc, err := messages.EncodeRing([]messages.Key{r.key})
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

// until polls, and fails the run if that takes too long.
func (r *run) until(limit time.Duration, what string, holds func() bool) bool {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			r.h.blame("waited %v in vain until %s", limit, what)
			return false
		}
	}
	return true
}

// whole waits until every worker serves and every server knows the others' streams.
func (r *run) whole(ctx context.Context) bool {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for r.fleet.serving() < r.o.Workers || !r.led() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func (r *run) led() bool {
	for _, stream := range []string{"KV_ctx_short", "KV_ctx_ledger", "CTX_JOBS", "CTX_AUDIT"} {
		if r.backend.leader(stream) < 0 {
			return false
		}
	}
	return true
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

// A worker of the load, whatever it sends.
type loader interface{ run(ctx context.Context) }

// load sends requests while faults happen, and goes on after the last of them
// until every kind of work has been done again.
func (r *run) load() {
	loaders := r.loaders()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		runAll(loaders, func(l loader) { l.run(ctx) })
	}()
	tormented, over := context.WithTimeout(ctx, r.o.Duration)
	r.torment(tormented)
	over()
	before := r.h.amounts()
	r.until(recoveryTime, "all work goes on after the faults", func() bool { return r.wentOn(before) })
	stop()
	<-finished
}

// wentOn tells whether each kind of work was done again since.
func (r *run) wentOn(before map[string]int) bool {
	now := r.h.amounts()
	for _, kind := range []string{"store", "job", "job answered", "delete", "list", "assemble", "swap"} {
		if now[kind] <= before[kind] {
			return false
		}
	}
	return r.fleet.serving() == r.o.Workers
}

func (r *run) loaders() []loader {
	r.prepare()
	var all []loader
	for i := range r.o.Callers {
		chance := func(kind uint64) *rand.Rand {
			return rand.New(rand.NewPCG(r.o.Seed, kind+uint64(i))) //nolint:gosec // not a secret
		}
		all = append(all,
			&caller{name: fmt.Sprintf("c%d", i), client: r.client(100), chance: chance(1000), h: r.h},
			&swapper{who: i, client: r.client(-1), chance: chance(2000), g: r.g, h: r.h})
	}
	return all
}

// prepare makes the first registers while nothing is broken yet.
func (r *run) prepare() {
	c := r.client(100)
	for i := range registerCount {
		name := fmt.Sprintf("r0-%d", i)
		r.g.claim(name)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		_, err := c.Store(ctx, messages.StoreRequest{Session: registerSession, Items: []messages.Item{{ID: name, Text: name}}})
		cancel()
		if err != nil {
			r.t.Fatal(err)
		}
	}
}

// verdict tells what happened and whether it was right.
func (r *run) verdict() {
	r.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(r.happened)) {
		r.log("%3d × %s", r.happened[name], name)
	}
	for _, kind := range slices.Sorted(maps.Keys(r.h.amounts())) {
		r.log("%6d × %s", r.h.done[kind], kind)
	}
	for _, kind := range slices.Sorted(maps.Keys(r.h.failed)) {
		r.log("%6d × no %s", r.h.failed[kind], kind)
	}
	for _, broken := range r.h.broken {
		r.t.Error(broken)
	}
	if len(r.h.broken) > 0 {
		r.log("verdict: BROKEN, seed %d", r.o.Seed)
		return
	}
	r.log("verdict: every promise held, seed %d", r.o.Seed)
}
