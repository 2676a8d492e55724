package main

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
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/worker"
	"github.com/context-manager/context-manager/worker/analyze"
)

// parts is what a service is made of.
type parts struct {
	conn     *nats.Conn // the service's from now on
	prefix   string
	audience string
	source   ring.Source
	hangups  <-chan os.Signal
	flags    serveFlags
	listener *listener // of HTTP, the service's from now on
	log      zerolog.Logger
	now      func() time.Time
	version  string // of the program
}

// A service is a worker with its tiers, its key ring and its HTTP server.
type service struct {
	conn     *nats.Conn
	tiers    *tiers.Tiers
	worker   *worker.Worker
	reloader *ring.Reloader
	http     *httpServer
	log      zerolog.Logger
}

// newService wires a service. It fails closed: without a usable ring there is none.
func newService(ctx context.Context, p parts) (*service, error) {
	keyRing, sum, err := p.source.Load()
	if err != nil {
		return nil, err
	}
	if p.flags.Name == "" {
		if p.flags.Name, err = workerName(); err != nil {
			return nil, err
		}
	}
	s := &service{conn: p.conn, log: p.log}
	if err := s.build(ctx, p, keyRing, sum); err != nil {
		return nil, &startError{errors.Join(err, s.abandon(ctx))}
	}
	return s, nil
}

// A startError is why a service could not be built. Its text says what to do.
type startError struct{ error }

func (e *startError) Unwrap() error { return e.error }

func (s *service) build(ctx context.Context, p parts, keyRing *messages.Ring, sum [sha256.Size]byte) error {
	registry := newRegistry()
	subjects, err := messages.NewSubjects(p.prefix)
	if err != nil {
		return err
	}
	s.tiers, err = tiers.Open(ctx, p.conn, p.flags.tiers(p.prefix), tiers.Deps{Log: p.log, Registerer: registry, Clock: p.now})
	if err != nil {
		return fmt.Errorf("open the tiers: %w", err)
	}
	analyzer, err := analyze.New()
	if err != nil {
		return fmt.Errorf("load the tokenizer: %w", err)
	}
	verifier := messages.NewVerifier(p.audience, subjects, keyRing, messages.VerifierOptions{})
	s.worker, err = worker.New(p.flags.worker(p.prefix, p.version), worker.Deps{
		Conn: p.conn, Reader: s.tiers, Log: s.tiers, Ledger: s.tiers, Audit: s.tiers,
		Verifier: verifier, Subjects: subjects, Analyzer: analyzer,
		Clock: p.now, ServerTime: s.tiers.ServerTime, Logger: p.log, Registerer: registry, Health: s.tiers.Health,
	})
	if err != nil {
		return fmt.Errorf("make the worker: %w", err)
	}
	s.http = newHTTPServer(p.listener, s.worker.Handler(registry))
	s.reloader, err = ring.NewReloader(p.source, sum, verifier.SetRing, p.hangups, p.log)
	return err
}

// newRegistry has the metrics of the Go runtime and the process beside our own.
func newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// run serves until ctx is done and then drains: first the worker, while the
// tiers still write and /health/readiness says no; then what the worker stood on.
func (s *service) run(ctx context.Context) error {
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

func (s *service) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	err := s.tiers.Close(ctx)
	s.conn.Close()
	return err
}

// abandon closes what was built of a service that never ran, but for what its parts own.
func (s *service) abandon(ctx context.Context) error {
	if s.tiers == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	return s.tiers.Close(ctx)
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
