package worker

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/worker/analyze"
)

// A rig is a server with everything that workers and callers need.
type rig struct {
	t        testing.TB
	server   *natsd.Server
	nc       *nats.Conn // the callers'
	js       jetstream.JetStream
	subjects messages.Subjects
	ring     *envelope.Ring
	signers  map[string]*envelope.Signer
	analyzer *analyze.Analyzer
}

const (
	testTenant   = "acme"
	testAudience = "test"
)

// loadAnalyzer loads the vocabulary once for all tests.
var loadAnalyzer = sync.OnceValues(analyze.New)

// patience is how long a test waits for what has to happen.
const patience = 90 * time.Second

// testKeys are the keys of every rig. Each one's secret is its id, repeated.
func testKeys() []envelope.Key {
	all := []messages.Grant{messages.GrantRead, messages.GrantWrite}
	return []envelope.Key{
		{ID: "full", Secrets: []envelope.Secret{secretOf("full")}, Tenants: []string{messages.AnyTenant}, Grants: all},
		{ID: "reader", Secrets: []envelope.Secret{secretOf("reader")}, Tenants: []string{testTenant}, Grants: all[:1]},
		{ID: "slow", Secrets: []envelope.Secret{secretOf("slow")}, Tenants: []string{testTenant}, Grants: all, Rate: 20, Burst: 2},
		{ID: "retired", Secrets: []envelope.Secret{secretOf("retired")}, Tenants: []string{testTenant}, Grants: all, Retired: true},
	}
}

func secretOf(id string) envelope.Secret {
	return envelope.NewSecret([]byte(fmt.Sprintf("%032s", id)))
}

func newRig(t testing.TB, configure ...func(*natsd.Options)) *rig {
	t.Helper()
	r := &rig{t: t, server: natstest.Start(t, configure...), signers: make(map[string]*envelope.Signer)}
	r.reconnect()
	var err error
	if r.subjects, err = messages.NewSubjects(""); err != nil {
		t.Fatal(err)
	}
	if r.ring, err = envelope.NewRing(testKeys()); err != nil {
		t.Fatal(err)
	}
	for _, k := range append(testKeys(), envelope.Key{ID: "stranger", Secrets: []envelope.Secret{secretOf("stranger")}}) {
		if r.signers[k.ID], err = envelope.NewSigner(k.ID, k.Secrets[0], testAudience); err != nil {
			t.Fatal(err)
		}
	}
	if r.analyzer, err = loadAnalyzer(); err != nil {
		t.Fatal(err)
	}
	return r
}

// reconnect gives the callers a new connection.
func (r *rig) reconnect() {
	r.t.Helper()
	var err error
	r.nc = natstest.Connect(r.t, r.server)
	if r.js, err = jetstream.New(r.nc); err != nil {
		r.t.Fatal(err)
	}
}

// A running is a worker at work, with what it works with.
type running struct {
	*Worker
	nc       *nats.Conn
	tiers    *tiers.Tiers
	registry *prometheus.Registry
	stop     context.CancelFunc
	ended    chan error
}

// options change how a test's worker is made.
type options struct {
	config func(*Config)
	tiers  func(*tiers.Config)
	deps   func(*Deps)
	worker func(*Worker)
	conn   []nats.Option
}

// start starts a worker that is stopped with the test, and waits until it serves.
func (r *rig) start(o options) *running {
	r.t.Helper()
	w := r.make(o)
	w.run(r.t)
	return w
}

// make makes a worker that does not run yet.
func (r *rig) make(o options) *running {
	r.t.Helper()
	w := &running{nc: natstest.Connect(r.t, r.server, o.conn...), registry: prometheus.NewRegistry(), ended: make(chan error, 1)}
	// Patient, so that a machine that is busy with other tests fails none.
	tc := tiers.Config{Worker: "test", Read: tiers.Read{Attempt: 5 * time.Second, Deadline: 20 * time.Second}}
	if o.tiers != nil {
		o.tiers(&tc)
	}
	var err error
	w.tiers, err = tiers.Open(r.t.Context(), w.nc, tc, tiers.Deps{Log: zerolog.Nop(), Registerer: w.registry, Clock: time.Now})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = w.tiers.Close(context.Background()) })
	deps := Deps{
		Conn: w.nc, Reader: w.tiers, Log: w.tiers, Ledger: w.tiers, Audit: w.tiers,
		Verifier: envelope.NewVerifier(testAudience, r.subjects, r.ring, envelope.Limits{}),
		Subjects: r.subjects, Analyzer: r.analyzer, Clock: time.Now, Logger: zerolog.New(zerolog.NewTestWriter(r.t)).Level(zerolog.WarnLevel),
		Registerer: w.registry, Health: w.tiers.Health,
	}
	cfg := Config{AskTimeout: patience, RetryBase: 10 * time.Millisecond, RetryCap: 100 * time.Millisecond, DrainTimeout: patience}
	if o.deps != nil {
		o.deps(&deps)
	}
	if o.config != nil {
		o.config(&cfg)
	}
	if w.Worker, err = New(cfg, deps); err != nil {
		r.t.Fatal(err)
	}
	if o.worker != nil {
		o.worker(w.Worker)
	}
	return w
}

// run runs the worker until the test ends or stop is called.
func (w *running) run(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w.stop = cancel
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.ended <- w.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	await.That(t, "the worker serves", func() bool {
		select {
		case err := <-w.ended:
			t.Fatalf("the worker ended: %v", err)
		default:
		}
		return w.ready() == nil
	})
	if err := w.nc.Flush(); err != nil {
		t.Fatal(err)
	}
}

// A call is a request that a test sends. The zero value of a field means the ordinary.
type call struct {
	key    string // default "full"
	tenant string
	op     messages.Op
	body   any    // JSON, unless it is []byte
	id     string // default a new one
	time   time.Time
	life   time.Duration // until Ctx-Expires, default patience
	reply  string
	change func(*nats.Msg) // after signing
}

// message makes the signed message of a call for a lane.
func (r *rig) message(lane messages.Lane, c call) *nats.Msg {
	r.t.Helper()
	c = c.withDefaults(r)
	subject := r.subjects.Ask(c.tenant, c.op)
	if lane == messages.LaneJob {
		subject = r.subjects.Job(c.tenant, c.op)
	}
	body, ok := c.body.([]byte)
	if !ok {
		var err error
		if body, err = json.Marshal(c.body); err != nil {
			r.t.Fatal(err)
		}
	}
	m := &nats.Msg{Subject: subject, Data: body, Header: r.signers[c.key].Headers(envelope.Unsigned{
		Subject: subject, Reply: c.reply, ID: c.id, Body: body,
		Time: c.time.UnixMilli(), Expires: c.time.Add(c.life).UnixMilli(),
	})}
	if lane == messages.LaneAsk {
		m.Reply = c.reply
	}
	if c.change != nil {
		c.change(m)
	}
	return m
}

func (c call) withDefaults(r *rig) call {
	setDefault(&c.key, "full")
	setDefault(&c.tenant, testTenant)
	setDefault(&c.life, patience)
	if c.id == "" {
		c.id = newID(r.t)
	}
	if c.time.IsZero() {
		c.time = time.Now()
	}
	return c
}

func newID(t testing.TB) string {
	t.Helper()
	id, err := messages.NewID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// An outcome is what a worker answered.
type outcome struct {
	status int
	body   []byte
	failed *messages.Error // nil for success
	signed bool
}

// ask sends a call on the ask lane and waits for its answer.
func (r *rig) ask(c call) outcome {
	r.t.Helper()
	c.reply = nats.NewInbox()
	c = c.withDefaults(r)
	return r.exchange(c, r.message(messages.LaneAsk, c), func(m *nats.Msg) error { return r.nc.PublishMsg(m) })
}

// submit sends a call on the job lane and waits for its answer.
func (r *rig) submit(c call) outcome {
	r.t.Helper()
	c.reply = nats.NewInbox()
	c = c.withDefaults(r)
	return r.exchange(c, r.message(messages.LaneJob, c), func(m *nats.Msg) error {
		_, err := r.js.PublishMsg(r.t.Context(), m)
		return err
	})
}

func (r *rig) exchange(c call, m *nats.Msg, publish func(*nats.Msg) error) outcome {
	r.t.Helper()
	sub, err := r.nc.SubscribeSync(c.reply)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := publish(m); err != nil {
		r.t.Fatal(err)
	}
	answer, err := sub.NextMsg(patience)
	if err != nil {
		r.t.Fatalf("%s: no answer: %v", c.op, err)
	}
	return r.read(c, answer)
}

// read judges an answer and its signature.
func (r *rig) read(c call, m *nats.Msg) outcome {
	r.t.Helper()
	o := outcome{body: m.Data, status: statusOK}
	if m.Header.Get(envelope.HeaderSignature) != "" {
		o.signed = true
		status, err := r.signers[c.key].VerifyReply(envelope.ReplyCheck{
			ReplySubject: c.reply, RequestID: c.id, Header: m.Header, Body: m.Data, Now: time.Now(),
		})
		if err != nil {
			r.t.Fatalf("%s: the reply does not verify: %v", c.op, err)
		}
		o.status = status
	}
	if m.Header.Get(envelope.HeaderErrorCode) != "" {
		o.failed = &messages.Error{}
		if err := json.Unmarshal(m.Data, o.failed); err != nil {
			r.t.Fatalf("%s: error body %q: %v", c.op, m.Data, err)
		}
		if m.Header.Get(envelope.HeaderErrorCode) != fmt.Sprint(o.failed.Code.Status()) {
			r.t.Errorf("%s: header %q for code %s", c.op, m.Header.Get(envelope.HeaderErrorCode), o.failed.Code)
		}
	}
	return o
}

// must returns the reply of a call that has to succeed.
func must[T any](t testing.TB, o outcome) T {
	t.Helper()
	var reply T
	if o.failed != nil {
		t.Fatalf("failed: %v", o.failed)
	}
	if !o.signed || o.status != statusOK {
		t.Fatalf("signed %t, status %d", o.signed, o.status)
	}
	if err := json.Unmarshal(o.body, &reply); err != nil {
		t.Fatalf("reply %q: %v", o.body, err)
	}
	return reply
}

// fails checks that a call was refused with a code, and returns the refusal.
func fails(t testing.TB, o outcome, code messages.Code) *messages.Error {
	t.Helper()
	if o.failed == nil {
		t.Fatalf("succeeded with %s; want %s", o.body, code)
	}
	if o.failed.Code != code {
		t.Fatalf("failed with %v; want %s", o.failed, code)
	}
	return o.failed
}
