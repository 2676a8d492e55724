package tiers

import (
	"context"
	"crypto/rand"
	"errors"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/audit"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/l1"
	"github.com/context-manager/context-manager/tiers/streams"
)

// Deps are what the tiers are given. Log may be the zero Logger, which writes
// nothing; a nil Registerer registers nothing; a nil Clock is the machine's.
type Deps struct {
	Log        zerolog.Logger
	Registerer prometheus.Registerer
	Clock      func() time.Time
}

// Tiers are the three tiers, the ledger and the audit stream of one worker.
type Tiers struct {
	cfg      Config
	subjects messages.Subjects
	streams  *streams.Set
	log      zerolog.Logger
	clock    func() time.Time
	nc       *nats.Conn
	opened   connection // on which these were opened
	js       jetstream.JetStream
	mux      *jet.Mux
	l1       *l1.Cache
	met      *metrics
	closed   atomic.Bool

	servers     serversClock
	heavy       chan struct{} // see heavy.go
	short, long *tier
	ledger      *ledger
	audit       *audit.Writer
	compactor   *compactor
}

// Open checks that the server can do the work, makes what is missing of
// buckets and streams, and gives the tiers. The error of a server that will
// not do is CodeUnavailable and says what to change. The connection stays the
// caller's; ctx bounds the opening alone.
func Open(ctx context.Context, nc *nats.Conn, cfg Config, deps Deps) (*Tiers, error) {
	cfg = cfg.withDefaults()
	subjects, err := messages.NewSubjects(cfg.Prefix)
	if err != nil {
		return nil, err
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	if err := streams.Preflight(ctx, nc, js, cfg.MaxMessageBytes); err != nil {
		return nil, err
	}
	t := &Tiers{cfg: cfg, subjects: subjects, log: deps.Log, clock: deps.Clock, servers: &lastHeard{}, heavy: make(chan struct{}, 1), nc: nc, opened: connectionOf(nc), js: js}
	if t.clock == nil {
		t.clock = time.Now
	}
	if err := t.open(ctx, deps.Registerer); err != nil {
		return nil, errors.Join(err, t.Close(ctx))
	}
	return t, nil
}

func (t *Tiers) open(ctx context.Context, reg prometheus.Registerer) (err error) {
	t.met = newMetrics()
	t.streams = streams.New(t.subjects, t.cfg.Streams, streams.Deps{
		JS: t.js, Log: t.log, Drift: t.met.drift,
		Attempt: t.cfg.Write.Attempt, Backoff: t.cfg.Write.Backoff,
	})
	if err := t.streams.Ensure(ctx); err != nil {
		return err
	}
	if t.mux, err = jet.NewMux(t.nc, t.cfg.MaxCalls); err != nil {
		return err
	}
	if t.l1, err = l1.New(t.cfg.L1); err != nil {
		return messages.Caused(messages.CodeInternal, err, "the page cache could not be made")
	}
	t.short, t.long = t.sessionTier(), t.userTier()
	for _, x := range []*tier{t.short, t.long} {
		if err := x.meet(ctx); err != nil {
			return x.unavailable(err)
		}
	}
	t.ledger = newLedger(t, rand.Reader)
	t.compactor = newCompactor(t)
	t.audit = audit.NewWriter(t.cfg.Audit, audit.Deps{
		JS: t.js, Subject: t.subjects.Audit(t.cfg.Worker), Worker: t.cfg.Worker, Log: t.log,
		Attempt: t.cfg.Write.Attempt, Deadline: t.cfg.Write.Deadline, Backoff: t.cfg.Write.Backoff,
		Stored: t.met.auditStored, Dropped: t.met.auditDropped,
	})
	return t.met.register(reg, t)
}

// Close flushes the audit records and gives back what Open took. It waits for
// neither reads nor Run, which must have returned, and does not close the
// connection. Nothing may be asked of the tiers afterwards; Close itself may be
// called again.
func (t *Tiers) Close(ctx context.Context) error {
	if t.closed.Swap(true) {
		return nil
	}
	var errs []error
	if t.audit != nil {
		errs = append(errs, t.audit.Close(ctx))
	}
	if t.mux != nil {
		errs = append(errs, t.mux.Close())
	}
	if t.l1 != nil {
		errs = append(errs, t.l1.Close())
	}
	t.met.unregister()
	return errors.Join(errs...)
}

// Names are the names of the deployment's buckets and streams.
func (t *Tiers) Names() streams.Names { return t.streams.Names }

// Audit records an event. It never blocks: if the queue is full, or the tiers
// are closed, the event is dropped and counted.
func (t *Tiers) Audit(_ context.Context, e messages.AuditEvent) { t.audit.Record(e) }
