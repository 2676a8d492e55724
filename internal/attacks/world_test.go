package attacks

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/streams"
	"github.com/context-manager/context-manager/worker"
)

// The tenants of every world. The victim's messages are captured, and the
// attacker holds a valid key of mallory's.
const (
	victim   = "acme"
	attacker = "mallory"
)

// A world is a deployment and somebody who attacks it.
type world struct {
	*rig.Rig
	t       *testing.T
	nc      *nats.Conn // may publish and subscribe to everything
	js      jetstream.JetStream
	workers []*rig.Worker
}

// letterLife is how long a letter lives that says nothing of it.
const letterLife = 5 * time.Minute

// newWorld starts a deployment of so many workers with everybody's keys. They
// work on an ask for as long as it lives: those that a gate holds must not end
// before it opens, however long a busy machine takes until then.
func newWorld(t *testing.T, workers int, options ...rig.Option) *world {
	t.Helper()
	all := []rig.Option{rig.Workers(0), rig.Keys(everybody()...), rig.Config(func(c *worker.Config) { c.AskTimeout = letterLife })}
	w := &world{t: t, Rig: rig.Start(t, append(all, options...)...)}
	w.connect()
	for range workers {
		w.enlist()
	}
	return w
}

// connect gives the attacker a connection.
func (w *world) connect() {
	w.t.Helper()
	w.nc = w.Connect()
	var err error
	if w.js, err = jetstream.New(w.nc); err != nil {
		w.t.Fatal(err)
	}
}

// enlist starts one more worker.
func (w *world) enlist() {
	w.t.Helper()
	w.workers = append(w.workers, w.StartWorker())
}

// dismiss drains the worker that there is, so that jobs wait.
func (w *world) dismiss() {
	w.t.Helper()
	if err := w.workers[len(w.workers)-1].Stop(); err != nil {
		w.t.Fatal(err)
	}
}

// everybody is the ring of every world.
func everybody() []envelope.Key {
	all := messages.Grants[:]
	return []envelope.Key{
		{ID: "victim", Secrets: secrets("victim"), Tenants: []string{victim}, Grants: all},
		{ID: "mallory", Secrets: secrets("mallory"), Tenants: []string{attacker}, Grants: all},
		{ID: "reader", Secrets: secrets("reader"), Tenants: []string{victim}, Grants: []messages.Grant{messages.GrantRead}},
		{ID: "rotating", Secrets: secrets("old", "new"), Tenants: []string{victim}, Grants: all},
		{ID: "retired", Secrets: secrets("retired"), Retired: true, Tenants: []string{victim}, Grants: all},
		{ID: "slow", Secrets: secrets("slow"), Tenants: []string{victim}, Grants: all, Rate: 0.5, Burst: 2},
		{ID: "inner", Secrets: secrets("inner"), Tenants: []string{victim}, Grants: all, InboxPrefix: "_INBOX.inner"},
		{ID: "elsewhere", Secrets: secrets("elsewhere"), Tenants: []string{victim}, Grants: all, InboxPrefix: "answers.elsewhere"},
	}
}

// secrets are made of words, so that a test can name one.
func secrets(words ...string) []envelope.Secret {
	made := make([]envelope.Secret, len(words))
	for i, word := range words {
		made[i] = envelope.NewSecret([]byte("the secret in the attack tests of " + word))
	}
	return made
}

// A letter is a request that somebody signs. The zero value of a field means the ordinary.
type letter struct {
	key      string // default "victim"
	secret   string // the word of another secret than the key's first
	audience string
	tenant   string // default victim
	lane     messages.Lane
	op       messages.Op
	body     any    // JSON, unless it is []byte
	id       string // default a new one
	reply    string // default a new inbox; "-" for none
	at       time.Time
	life     time.Duration // default letterLife
}

func (l letter) on(lane messages.Lane) letter { l.lane = lane; return l }
func (l letter) by(key string) letter         { l.key = key; return l }
func (l letter) of(tenant string) letter      { l.tenant = tenant; return l }

// sign makes the message of a letter, ready to be published.
func (w *world) sign(l letter) *nats.Msg {
	w.t.Helper()
	l = w.complete(l)
	subject := w.Subjects.Ask(l.tenant, l.op)
	if l.lane == messages.LaneJob {
		subject = w.Subjects.Job(l.tenant, l.op)
	}
	body, ok := l.body.([]byte)
	if !ok {
		var err error
		if body, err = json.Marshal(l.body); err != nil {
			w.t.Fatal(err)
		}
	}
	m := &nats.Msg{Subject: subject, Data: body, Header: w.signer(l).Headers(envelope.Unsigned{
		Subject: subject, Reply: l.reply, ID: l.id, Body: body, Time: l.at.UnixMilli(), Expires: l.at.Add(l.life).UnixMilli(),
	})}
	if l.lane == messages.LaneAsk {
		m.Reply = l.reply
	}
	return m
}

func (w *world) complete(l letter) letter {
	w.t.Helper()
	set(&l.key, "victim")
	set(&l.tenant, victim)
	set(&l.lane, messages.LaneAsk)
	set(&l.reply, nats.NewInbox())
	set(&l.life, letterLife)
	if l.reply == envelope.NoReply {
		l.reply = ""
	}
	if l.at.IsZero() {
		l.at = time.Now()
	}
	if l.id == "" {
		l.id = newID(w.t)
	}
	return l
}

func (w *world) signer(l letter) *envelope.Signer {
	w.t.Helper()
	key, _ := w.Ring.Find(l.key)
	secret := secrets("nobody")[0]
	if len(key.Secrets) > 0 {
		secret = key.Secrets[0]
	}
	if l.secret != "" {
		secret = secrets(l.secret)[0]
	}
	signer, err := envelope.NewSigner(l.key, secret, l.audience)
	if err != nil {
		w.t.Fatal(err)
	}
	return signer
}

func newID(t *testing.T) string {
	t.Helper()
	id, err := messages.NewID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// captured is a copy of a message as a listener has it, with some changes.
func captured(m *nats.Msg, changes ...func(*nats.Msg)) *nats.Msg {
	c := &nats.Msg{Subject: m.Subject, Reply: m.Reply, Header: nats.Header{}, Data: append([]byte(nil), m.Data...)}
	for name, values := range m.Header {
		c.Header[name] = append([]string(nil), values...)
	}
	for _, change := range changes {
		change(c)
	}
	return c
}

func withHeader(name, value string) func(*nats.Msg) {
	return func(m *nats.Msg) { m.Header[name] = []string{value} }
}

func withSubject(subject string) func(*nats.Msg) { return func(m *nats.Msg) { m.Subject = subject } }

// client is an honest client of a key.
func (w *world) client(key, tenant string, change ...func(*client.Options)) *client.Client {
	w.t.Helper()
	k, _ := w.Ring.Find(key)
	return w.Client(append([]func(*client.Options){func(o *client.Options) {
		o.KeyID, o.Secret, o.Tenant, o.Timeout = key, k.Secrets[0], tenant, 20*time.Second
	}}, change...)...)
}

// texts are what a tenant's session has, as an honest client reads it.
func (w *world) texts(session string) []string {
	w.t.Helper()
	list, err := w.client("victim", victim).List(w.t.Context(), messages.ListRequest{Session: session})
	if err != nil {
		w.t.Fatal(err)
	}
	texts := make([]string, len(list.Items))
	for i := range list.Items {
		texts[i] = list.Items[i].Text
	}
	return texts
}

// audit reads every record of the audit stream.
func (w *world) audit() (events []messages.AuditEvent, err error) {
	name := streams.NamesOf(w.Subjects.Prefix()).Audit
	stream, err := w.js.Stream(w.t.Context(), name)
	if err != nil {
		return nil, err
	}
	for seq := uint64(1); seq <= stream.CachedInfo().State.LastSeq; seq++ {
		m, err := streams.Message(w.t.Context(), w.js.Conn(), name, seq)
		if err != nil {
			return nil, err
		}
		of, err := messages.ReadAudit(m.Data)
		if err != nil {
			return nil, err
		}
		events = append(events, of...)
	}
	return events, nil
}

// wantAudited waits until the audit has an event that is as wanted. The stream may be
// without a leader for a while, when its servers have just started.
func (w *world) wantAudited(what string, wanted func(messages.AuditEvent) bool) {
	w.t.Helper()
	var last error
	defer func() {
		if last != nil {
			w.t.Logf("the audit: %v", last)
		}
	}()
	await.That(w.t, "the audit names "+what, func() bool {
		var events []messages.AuditEvent
		events, last = w.audit()
		return slices.ContainsFunc(events, wanted)
	})
}

// count sums a metric of all workers over the labels that are not given.
func (w *world) count(name string, labels ...string) float64 {
	w.t.Helper()
	sum := 0.0
	for _, worker := range w.workers {
		n, err := worker.Metric(name, labels...)
		if err != nil {
			w.t.Fatal(err)
		}
		sum += n
	}
	return sum
}

// flush returns when the server has all that workers and the attacker have sent.
func (w *world) flush() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	conns := []*nats.Conn{w.nc}
	for _, worker := range w.workers {
		if !worker.Conn.IsClosed() {
			conns = append([]*nats.Conn{worker.Conn}, conns...)
		}
	}
	for _, nc := range conns {
		if err := nc.FlushWithContext(ctx); err != nil {
			w.t.Fatal(err)
		}
	}
}
