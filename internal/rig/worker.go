package rig

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/l1"
	"github.com/context-manager/context-manager/worker"
	"github.com/context-manager/context-manager/worker/sendbuf"
)

const (
	startTimeout = 30 * time.Second
	closeTimeout = 10 * time.Second
	// writeDeadline is how long the last writes of a killed worker are tried.
	// It is shorter than closeTimeout, so that nothing of the worker is left.
	writeDeadline = 5 * time.Second
)

// A Worker is one worker of a rig.
type Worker struct {
	Conn     *nats.Conn
	Tiers    *tiers.Tiers
	Verifier *envelope.Verifier // its ring can be changed
	Registry *prometheus.Registry
	HTTP     http.Handler // metrics and health

	worker *worker.Worker
	wire   *wire
	quit   context.CancelFunc // of the worker's Run
	ended  chan struct{}      // closed when everything of the worker has ended
	err    error              // of the worker's Run; after ended
}

// StartWorker starts one more worker, and returns when it takes requests. It
// is drained with the test, unless it was stopped or killed before.
func (r *Rig) StartWorker() *Worker {
	r.t.Helper()
	w, err := r.newWorker()
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, quit := context.WithCancel(context.Background())
	w.quit = quit
	go w.run(ctx)
	r.t.Cleanup(func() {
		if err := w.Stop(); err != nil && !w.wire.isCut() {
			r.t.Error("drain a worker: ", err)
		}
	})
	if err := w.waitUntilReady(); err != nil {
		r.t.Fatal(err)
	}
	return w
}

func (r *Rig) newWorker() (*Worker, error) {
	w := &Worker{
		Registry: prometheus.NewRegistry(), wire: &wire{}, ended: make(chan struct{}),
		Verifier: envelope.NewVerifier(r.set.audience, r.Subjects, r.Ring, envelope.Limits{}),
	}
	var err error
	// No reconnecting: a worker that is cut off is dead.
	w.Conn, err = nats.Connect(r.Server.URL(), nats.SetCustomDialer(sendbuf.Dialer{Base: w.wire}), nats.NoReconnect())
	if err != nil {
		return nil, err
	}
	if err := r.equip(w); err != nil {
		w.Conn.Close()
		return nil, err
	}
	return w, nil
}

// equip gives a connected worker its tiers and makes it.
func (r *Rig) equip(w *Worker) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	cfg := tiers.Config{
		Prefix: r.set.prefix,
		L1:     l1.Config{MaxBytes: 8 << 20},
		// A machine that is busy with other tests must not open a tier's breaker.
		Read:  tiers.Read{Attempt: 2 * time.Second, Deadline: 5 * time.Second},
		Write: tiers.Write{Deadline: writeDeadline},
	}
	for _, change := range r.set.tiers {
		change(&cfg)
	}
	var err error
	w.Tiers, err = tiers.Open(ctx, w.Conn, cfg, tiers.Deps{Log: r.set.log, Registerer: w.Registry, Clock: r.set.clock})
	if err != nil {
		return err
	}
	if w.worker, err = r.makeWorker(w); err != nil {
		return errors.Join(err, w.Tiers.Close(ctx))
	}
	w.HTTP = w.worker.Handler(w.Registry)
	return nil
}

func (r *Rig) makeWorker(w *Worker) (*worker.Worker, error) {
	var cfg worker.Config
	for _, change := range r.set.worker {
		change(&cfg)
	}
	deps := worker.Deps{
		Conn: w.Conn, Reader: w.Tiers, Log: w.Tiers, Ledger: w.Tiers, Audit: w.Tiers,
		Verifier: w.Verifier, Subjects: r.Subjects, Analyzer: r.analyzer, Clock: r.set.clock, ServerTime: w.Tiers.ServerTime,
		Logger: r.set.log, Registerer: w.Registry, Health: w.Tiers.Health,
	}
	for _, change := range r.set.deps {
		change(&deps)
	}
	return worker.New(cfg, deps)
}

// run is a worker's life: it serves until ctx ends, drains, and gives back what it has.
func (w *Worker) run(ctx context.Context) {
	defer close(w.ended)
	background, stop := context.WithCancel(context.WithoutCancel(ctx)) // outlives the drain
	defer stop()
	var tiersRun sync.WaitGroup
	tiersRun.Go(func() { _ = w.Tiers.Run(background) }) // always nil
	err := w.worker.Run(ctx)
	stop()
	tiersRun.Wait()
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	w.err = errors.Join(err, w.Tiers.Close(closing))
	w.Conn.Close()
}

// waitUntilReady returns when the worker serves and the server knows it.
func (w *Worker) waitUntilReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for !w.Ready() {
		select {
		case <-w.ended:
			return errors.Join(errors.New("the worker ended before it was ready"), w.err)
		case <-ctx.Done():
			return errors.New("the worker was not ready in time")
		case <-poll.C:
		}
	}
	return w.Conn.FlushWithContext(ctx)
}

// Ready asks the worker's own readiness.
func (w *Worker) Ready() bool {
	answer := httptest.NewRecorder()
	question := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/health/readiness", nil)
	w.HTTP.ServeHTTP(answer, question)
	return answer.Code == http.StatusOK
}

// Stop drains the worker, waits for its end, and returns what its Run returned.
func (w *Worker) Stop() error {
	w.quit()
	<-w.ended
	return w.err
}

// Kill cuts the worker's connection, with what is on its way in it lost, and
// waits until its goroutines have ended. To others it looks like a machine that lost power.
func (w *Worker) Kill() {
	w.wire.cut()
	_ = w.Stop() // that it could not drain is the point
}
