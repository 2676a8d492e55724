// Package rig runs a whole deployment inside a test: an embedded server, a key
// ring, and as many workers as asked for, each with tiers and a connection of
// its own. Workers can be drained, or killed as a lost machine would be.
//
// It is for tests and runnable examples alone.
package rig

import (
	"time"

	"github.com/nats-io/nats.go"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/worker"
	"github.com/context-manager/context-manager/worker/analyze"
)

// T is what a rig needs of a test: a *testing.T, a *testing.B, or an *Example.
type T interface {
	Helper()
	Error(args ...any)
	Fatal(args ...any)
	Cleanup(func())
	TempDir() string
}

// A Rig is a running deployment. It ends with its test.
type Rig struct {
	Server   *natsd.Server
	Subjects messages.Subjects
	Ring     *envelope.Ring

	t        T
	set      settings
	analyzer *analyze.Analyzer
}

// settings are what options change.
type settings struct {
	prefix, audience string
	workers          int
	keys             []envelope.Key
	clock            func() time.Time
	log              zerolog.Logger
	running          *natsd.Server // nil: one is started
	server           []func(*natsd.Options)
	tiers            []func(*tiers.Config)
	worker           []func(*worker.Config)
	deps             []func(*worker.Deps)
}

// An Option changes what Start makes.
type Option func(*settings)

// Workers says how many workers to start. Default 1.
func Workers(n int) Option { return func(s *settings) { s.workers = n } }

// Keys replaces the key ring, which by default has the one key of DefaultKey.
func Keys(keys ...envelope.Key) Option { return func(s *settings) { s.keys = keys } }

// Prefix is the subject prefix. Default "ctx".
func Prefix(prefix string) Option { return func(s *settings) { s.prefix = prefix } }

// Audience is the deployment's name. Default envelope.DefaultAudience.
func Audience(name string) Option { return func(s *settings) { s.audience = name } }

// Clock is the clock of workers and tiers. Default time.Now.
func Clock(now func() time.Time) Option { return func(s *settings) { s.clock = now } }

// Log is where workers and tiers log. Default nowhere.
func Log(l zerolog.Logger) Option { return func(s *settings) { s.log = l } }

// Server changes how the server is started.
func Server(change func(*natsd.Options)) Option {
	return func(s *settings) { s.server = append(s.server, change) }
}

// On uses a server that runs, one of a cluster perhaps, and starts none.
func On(s *natsd.Server) Option { return func(set *settings) { set.running = s } }

// Tiers changes the configuration of every worker's tiers.
func Tiers(change func(*tiers.Config)) Option {
	return func(s *settings) { s.tiers = append(s.tiers, change) }
}

// Config changes the configuration of every worker.
func Config(change func(*worker.Config)) Option {
	return func(s *settings) { s.worker = append(s.worker, change) }
}

// Deps changes what every worker works with, so that a test can stand between
// it and its tiers.
func Deps(change func(*worker.Deps)) Option {
	return func(s *settings) { s.deps = append(s.deps, change) }
}

// Start starts a server and workers, and returns when they take requests.
func Start(t T, options ...Option) *Rig {
	t.Helper()
	r := &Rig{t: t, set: settings{
		prefix: messages.DefaultPrefix, audience: envelope.DefaultAudience,
		workers: 1, clock: time.Now, log: zerolog.Nop(), keys: []envelope.Key{DefaultKey()},
	}}
	for _, o := range options {
		o(&r.set)
	}
	r.prepare()
	for range r.set.workers {
		r.StartWorker()
	}
	return r
}

// prepare makes what all workers share.
func (r *Rig) prepare() {
	r.t.Helper()
	var err error
	if r.Subjects, err = messages.NewSubjects(r.set.prefix); err != nil {
		r.t.Fatal(err)
	}
	if r.Ring, err = envelope.NewRing(r.set.keys); err != nil {
		r.t.Fatal(err)
	}
	if r.analyzer, err = analyze.New(); err != nil {
		r.t.Fatal(err)
	}
	if r.Server = r.set.running; r.Server != nil {
		return
	}
	o := natsd.Options{StoreDir: r.t.TempDir()}
	for _, change := range r.set.server {
		change(&o)
	}
	if r.Server, err = natsd.Start(o); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(r.Server.Shutdown)
}

// DefaultKey is a key with every grant for every tenant.
func DefaultKey() envelope.Key {
	return envelope.Key{
		ID:      "test",
		Secrets: []envelope.Secret{envelope.NewSecret([]byte("a secret for tests, known to all"))},
		Tenants: []string{messages.AnyTenant},
		Grants:  messages.Grants[:],
	}
}

// Tenant is whose data the rig's clients work on, unless they say otherwise.
const Tenant = "acme"

// Key is the first key of the ring.
func (r *Rig) Key() envelope.Key { return r.set.keys[0] }

// Signer signs with the first key, for tests that write messages by hand.
func (r *Rig) Signer() *envelope.Signer {
	r.t.Helper()
	s, err := envelope.NewSigner(r.Key().ID, r.Key().Secrets[0], r.set.audience)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// Connect opens a connection that is closed with the test.
func (r *Rig) Connect(options ...nats.Option) *nats.Conn {
	r.t.Helper()
	nc, err := nats.Connect(r.Server.URL(), options...)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(nc.Close)
	return nc
}

// Client makes a client of the first key and of Tenant, on a connection of its own.
func (r *Rig) Client(change ...func(*client.Options)) *client.Client {
	r.t.Helper()
	o := client.Options{
		Tenant: Tenant, KeyID: r.Key().ID, Secret: r.Key().Secrets[0],
		Audience: r.set.audience, Prefix: r.set.prefix, Clock: r.set.clock,
	}
	for _, c := range change {
		c(&o)
	}
	c, err := client.New(r.Connect(), o)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(c.Close)
	return c
}
