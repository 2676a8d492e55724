package serve

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/ring"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/worker"
	"github.com/context-manager/context-manager/worker/analyze"
)

// Parts is what a service is made of.
type Parts struct {
	Conn     *nats.Conn // the service's from now on
	Prefix   string     // of subjects and streams; "" is messages.DefaultPrefix
	Audience string     // "" is envelope.DefaultAudience
	Source   ring.Source
	Hangups  <-chan os.Signal // each has the ring read again; nil for none
	Flags    WorkerFlags
	HTTP     *HTTP // answers for the service from now on, and ends with it
	Log      zerolog.Logger
	Now      func() time.Time
	Version  string // of the program
}

// A Service is a worker with its tiers, its key ring and its HTTP server.
type Service struct {
	conn     *nats.Conn
	tiers    *tiers.Tiers
	worker   *worker.Worker
	reloader *ring.Reloader
	http     *HTTP
	log      zerolog.Logger
}

// New wires a service. It fails closed: without a usable ring there is none.
func New(ctx context.Context, p Parts) (*Service, error) {
	keyRing, sum, err := p.Source.Load()
	if err != nil {
		return nil, err
	}
	if p.Flags.Name == "" {
		if p.Flags.Name, err = workerName(); err != nil {
			return nil, err
		}
	}
	s := &Service{conn: p.Conn, log: p.Log}
	if err := s.build(ctx, p, keyRing, sum); err != nil {
		err = errors.Join(err, s.abandon(ctx))
		if ctx.Err() != nil {
			return nil, ctx.Err() // what an interrupt made fail says nothing of the server
		}
		return nil, &StartError{err}
	}
	return s, nil
}

// A StartError is why a service could not be built. Its text says what to do.
type StartError struct{ error }

// Unwrap is the cause.
func (e *StartError) Unwrap() error { return e.error }

func (s *Service) build(ctx context.Context, p Parts, keyRing *envelope.Ring, sum [sha256.Size]byte) error {
	registry := newRegistry()
	subjects, err := messages.NewSubjects(p.Prefix)
	if err != nil {
		return err
	}
	if err := envelope.CheckAudience(p.Audience); err != nil {
		return err
	}
	s.tiers, err = tiers.Open(ctx, p.Conn, p.Flags.tiers(p.Prefix), tiers.Deps{Log: p.Log, Registerer: registry, Clock: p.Now})
	if err != nil {
		return fmt.Errorf("open the tiers: %w", err)
	}
	analyzer, err := analyze.New()
	if err != nil {
		return fmt.Errorf("load the tokenizer: %w", err)
	}
	verifier := envelope.NewVerifier(p.Audience, subjects, keyRing, envelope.Limits{})
	if s.reloader, err = ring.NewReloader(p.Source, sum, verifier.SetRing, p.Hangups, p.Log); err != nil {
		return err
	}
	s.worker, err = worker.New(p.Flags.worker(p.Prefix, p.Version), worker.Deps{
		Conn: p.Conn, Reader: s.tiers, Log: s.tiers, Ledger: s.tiers, Audit: s.tiers,
		Verifier: verifier, Subjects: subjects, Analyzer: analyzer,
		Clock: p.Now, ServerTime: s.tiers.ServerTime, Logger: p.Log, Registerer: registry, Health: s.tiers.Health, KeyRing: s.reloader.Err,
	})
	if err != nil {
		return fmt.Errorf("make the worker: %w", err)
	}
	s.http = p.HTTP
	s.http.answer(s.worker.Handler(registry))
	return nil
}

// newRegistry has the metrics of the Go runtime and the process beside our own.
func newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// Run serves until ctx is done and then drains: first the worker, while the
// tiers still write and /health/readiness says no; then what the worker stood on.
func (s *Service) Run(ctx context.Context) error {
	base, stopBase := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBase()
	group, broken := errgroup.WithContext(base)
	group.Go(func() error { return s.tiers.Run(broken) })
	group.Go(func() error { return s.reloader.Run(broken) })
	group.Go(func() error { return s.http.run(broken) })

	serving, stopServing := context.WithCancel(ctx)
	defer stopServing()
	defer context.AfterFunc(broken, stopServing)()
	err := s.worker.Run(serving)
	stopBase()
	err = errors.Join(err, group.Wait())
	return errors.Join(err, s.close(ctx))
}

// closeTimeout bounds what is left to do after the drain: the audit's last records.
const closeTimeout = 5 * time.Second

func (s *Service) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	err := s.tiers.Close(ctx)
	s.conn.Close()
	return err
}

// abandon closes what was built of a service that never ran, but for what its parts own.
func (s *Service) abandon(ctx context.Context) error {
	if s.tiers == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	err := s.tiers.Close(ctx)
	if s.reloader != nil {
		err = errors.Join(err, s.reloader.Close())
	}
	return err
}

// workerName is the machine's name, which a pod's is too, and a random end.
func workerName() (string, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "worker"
	}
	random, err := messages.NewID(rand.Reader)
	if err != nil {
		return "", err
	}
	host, _, _ = strings.Cut(host, ".")
	return messages.Escape(host) + "-" + random[:6], nil
}
