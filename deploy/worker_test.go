package deploy

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/l1"
	"github.com/context-manager/context-manager/tiers/streams"
	"github.com/context-manager/context-manager/worker"
	"github.com/context-manager/context-manager/worker/analyze"
)

// A whole worker does all its work as the user of accounts.conf, and a caller
// all of its own, without one refusal by the server.
func TestTheConfigurationIsEnoughForAWorkerAndItsCallers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	caller := callersKey()
	d := w.deploy(t, caller)
	c := d.client(t, caller)

	for i := range 12 { // enough for a compaction
		id := fmt.Sprintf("i%d", i)
		if _, err := c.Store(t.Context(), storing(id, "the kettle is in the kitchen")); err != nil {
			t.Fatal(err)
		}
		fact := messages.StoreRequest{User: "u", Items: []messages.Item{{ID: id, Text: "has a kettle"}}}
		if _, err := c.Store(t.Context(), fact); err != nil {
			t.Fatal(err)
		}
	}
	reply, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: "s", User: "u", Query: "where is the kettle?", MaxTokens: 200})
	if err != nil || len(reply.IDs) == 0 || len(reply.Degraded) > 0 {
		t.Fatalf("assembled %+v, %v", reply, err)
	}
	if _, err := c.Promote(t.Context(), messages.PromoteRequest{Session: "s", User: "u", IDs: []string{"i0"}, To: messages.LongTerm}); err != nil {
		t.Error("promote:", err)
	}
	if _, err := c.Delete(t.Context(), messages.DeleteRequest{Session: "s", IDs: []string{"i1"}}); err != nil {
		t.Error("delete:", err)
	}
	var stored messages.StoreReply
	if err := c.SubmitAndWait(t.Context(), messages.OpStore, new(storing("job", "by the job lane")), &stored); err != nil {
		t.Error("job:", err)
	}
	d.submitNonsense(t, caller)
	d.submitTwice(t, caller)

	waitFor(t, func() bool { return d.count(t, "context_manager_refusals_total") > 0 })
	waitFor(t, func() bool { return d.count(t, "context_manager_compacted_segments_total") > 0 })
	waitFor(t, func() bool { return d.count(t, "context_manager_gc_last_sweep_timestamp_seconds") > 0 })
	waitFor(t, func() bool { return d.count(t, "context_manager_jobs_reachable") > 0 })
	waitFor(t, func() bool { return d.count(t, "context_manager_dead_letters_reachable") > 0 })
	waitFor(t, func() bool { return d.count(t, "context_manager_dead_letters_total") > 0 })
	waitFor(t, func() bool { return d.count(t, "context_manager_audit_records_total") > 0 })
	d.stop(t)
	if refusals := d.refusals.all(); len(refusals) > 0 {
		t.Errorf("the server refused: %q", refusals)
	}
}

// One tenant's caller, with a valid key, reaches nothing of another's, whatever it signs.
func TestACallerCannotReachAnotherTenant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	caller := callersKey()
	caller.Tenants = []string{messages.AnyTenant} // even if the ring were too generous
	d := w.deploy(t, caller)
	c, err := client.New(w.acme(t), client.Options{
		Tenant: "globex", KeyID: caller.ID, Secret: caller.Secrets[0], Timeout: 300 * time.Millisecond, Retries: -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Store(t.Context(), storing("i", "text")); err == nil {
		t.Error("stored for another tenant")
	}
	if _, err := c.Submit(t.Context(), messages.OpStore, new(storing("i", "text"))); err == nil {
		t.Error("submitted for another tenant")
	}
	d.stop(t)
}

func callersKey() envelope.Key {
	return envelope.Key{
		ID: "support-bot", Secrets: []envelope.Secret{envelope.NewSecret([]byte("a secret for tests, known to all"))},
		Tenants: []string{"acme"}, Grants: []messages.Grant{messages.GrantRead, messages.GrantWrite},
		InboxPrefix: "_INBOX.caller.support-bot",
	}
}

func callersKeys() []envelope.Key { return []envelope.Key{callersKey()} }

func storing(id, text string) messages.StoreRequest {
	return messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: id, Text: text}}}
}

// A deployment is one worker in a world.
type deployment struct {
	world    *world
	registry *prometheus.Registry
	refusals *refusals
	quit     context.CancelFunc
	ended    chan error
}

// refusals are what the server told the worker that it may not.
type refusals struct {
	mu    sync.Mutex
	texts []string
}

func (r *refusals) note(_ *nats.Conn, _ *nats.Subscription, err error) {
	if errors.Is(err, nats.ErrPermissionViolation) || strings.Contains(strings.ToLower(err.Error()), "permission") {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.texts = append(r.texts, err.Error())
	}
}

func (r *refusals) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.texts
}

// deploy runs a worker as the user of accounts.conf.
func (w *world) deploy(t *testing.T, keys ...envelope.Key) *deployment {
	t.Helper()
	return w.deployOn(t, 1, keys...)
}

// deployOn runs a worker that makes its streams with so many copies.
func (w *world) deployOn(t *testing.T, replicas int, keys ...envelope.Key) *deployment {
	t.Helper()
	d := &deployment{world: w, registry: prometheus.NewRegistry(), refusals: &refusals{}, ended: make(chan error, 1)}
	nc := w.connect(t, "worker", "Context Manager", nats.ErrorHandler(d.refusals.note))
	cfg := tiers.Config{Worker: "w", L1: l1.Config{MaxBytes: 8 << 20}, GC: tiers.GC{Interval: 50 * time.Millisecond}}
	cfg.Streams.Replicas = replicas
	opening, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	store, err := tiers.Open(opening, nc, cfg, tiers.Deps{Registerer: d.registry})
	if err != nil {
		t.Fatalf("%v; the server refused %q", err, d.refusals.all())
	}
	serving, err := worker.New(worker.Config{ID: "w"}, d.needs(t, nc, store, keys))
	if err != nil {
		t.Fatal(err)
	}
	ctx, quit := context.WithCancel(context.Background())
	d.quit = quit
	go func() { d.ended <- serve(ctx, serving, store) }()
	t.Cleanup(quit)
	waitFor(t, func() bool { return d.count(t, "context_manager_serving") == 1 })
	return d
}

func (d *deployment) needs(t *testing.T, nc *nats.Conn, store *tiers.Tiers, keys []envelope.Key) worker.Deps {
	t.Helper()
	ring, err := envelope.NewRing(keys)
	if err != nil {
		t.Fatal(err)
	}
	subjects, err := messages.NewSubjects("")
	if err != nil {
		t.Fatal(err)
	}
	analyzer, err := analyze.New()
	if err != nil {
		t.Fatal(err)
	}
	return worker.Deps{
		Conn: nc, Reader: store, Log: store, Ledger: store, Audit: store, Analyzer: analyzer, Subjects: subjects,
		Verifier: envelope.NewVerifier(envelope.DefaultAudience, subjects, ring, envelope.Limits{}),
		Clock:    time.Now, Logger: zerolog.Nop(), Registerer: d.registry, Health: store.Health,
		KeyRing: func() error { return nil },
	}
}

func serve(ctx context.Context, serving *worker.Worker, store *tiers.Tiers) error {
	background, stop := context.WithCancel(context.Background())
	defer stop()
	var run sync.WaitGroup
	run.Go(func() { _ = store.Run(background) })
	err := serving.Run(ctx)
	stop()
	run.Wait()
	closing, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return errors.Join(err, store.Close(closing))
}

func (d *deployment) stop(t *testing.T) {
	t.Helper()
	d.quit()
	if err := <-d.ended; err != nil {
		t.Error("drain:", err)
	}
}

func (d *deployment) client(t *testing.T, key envelope.Key) *client.Client {
	t.Helper()
	c, err := client.New(d.world.acme(t), client.Options{Tenant: "acme", KeyID: key.ID, Secret: key.Secrets[0]})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// submitNonsense submits a job that can never be done, which becomes a dead letter.
func (d *deployment) submitNonsense(t *testing.T, key envelope.Key) {
	t.Helper()
	d.submit(t, signed(t, key, "nonsense"))
}

// submitTwice submits a job and then its copy, which the ledger knows.
func (d *deployment) submitTwice(t *testing.T, key envelope.Key) {
	t.Helper()
	job := signed(t, key, `{"session":"s","items":[{"text":"once"}]}`)
	d.submit(t, job)
	d.submit(t, job)
}

func (d *deployment) submit(t *testing.T, job *nats.Msg) {
	t.Helper()
	js, err := jetstream.New(d.world.acme(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.PublishMsg(t.Context(), job); err != nil {
		t.Fatal(err)
	}
}

// signed makes a job that wants no answer.
func signed(t *testing.T, key envelope.Key, body string) *nats.Msg {
	t.Helper()
	signer, err := envelope.NewSigner(key.ID, key.Secrets[0], envelope.DefaultAudience)
	if err != nil {
		t.Fatal(err)
	}
	id, err := messages.NewID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	job := &nats.Msg{Subject: "ctx.v1.job.acme.store", Data: []byte(body)}
	now := time.Now()
	job.Header = signer.Headers(envelope.Unsigned{
		Subject: job.Subject, ID: id, Body: job.Data, Time: now.UnixMilli(), Expires: now.Add(time.Hour).UnixMilli(),
	})
	return job
}

// count sums a metric over its labels.
func (d *deployment) count(t *testing.T, name string) float64 {
	t.Helper()
	families, err := d.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == name {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return sum
}

// What this package's names for streams and subjects stand for is what the program makes.
func TestTheNamesInTheConfigurationAreThePrograms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy(t, callersKey()).stop(t)
	js, err := jetstream.New(w.operator(t))
	if err != nil {
		t.Fatal(err)
	}
	names := streams.NamesOf("")
	for _, stream := range []string{"KV_" + names.Short, "KV_" + names.Long, "KV_" + names.Ledger, "KV_" + names.Lease, names.Jobs, names.Dead, names.Audit} {
		if _, err := js.Stream(t.Context(), stream); err != nil {
			t.Errorf("%s: %v", stream, err)
		}
	}
}
