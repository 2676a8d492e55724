package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"
)

// The states of a worker's life.
const (
	stateNew int32 = iota
	stateStarting
	stateServing
	stateDraining
	stateStopped
)

// cutGrace is how long handlers may take to notice that they were cut short.
const cutGrace = 2 * time.Second

// errConnectionClosed ends a worker whose connection will not come back.
var errConnectionClosed = errors.New("the NATS connection was closed: it does not connect again")

// Run serves both lanes until ctx is done, then drains: it takes nothing more,
// finishes what it has taken, and sends every reply and acknowledgement. It
// returns nil if all of that was done within Config.DrainTimeout. A worker runs once.
//
// The context of the work is not ctx: that one ends the taking, and work that
// has been taken goes on. Only when the drain takes too long is it cut short.
func (w *Worker) Run(ctx context.Context) error {
	if !w.state.CompareAndSwap(stateNew, stateStarting) {
		return errors.New("worker: Run was called before: make a new worker")
	}
	defer w.state.Store(stateStopped)
	work, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	take, stopTaking := context.WithCancel(ctx)
	defer stopTaking()
	defer w.hearDenials()()

	t, err := w.open(ctx, take, work)
	if err != nil && ctx.Err() != nil {
		return nil // told to stop before it had taken anything
	}
	if err != nil {
		return err
	}
	w.state.Store(stateServing)
	background := w.startBackground(take)
	cause := w.waitForEnd(ctx)
	w.state.Store(stateDraining)
	stopTaking()
	err = w.drain(work, t, cut)
	return errors.Join(cause, err, background.Wait())
}

// A taking is both lanes, open.
type taking struct {
	asks *askLane
	jobs *jobLane
}

func (w *Worker) open(ctx, take, work context.Context) (taking, error) {
	if err := w.awaitJobs(ctx); err != nil {
		return taking{}, err
	}
	asks, err := w.openAsks(ctx, work)
	if err != nil {
		return taking{}, fmt.Errorf("serve the ask lane: %w", err)
	}
	return taking{asks: asks, jobs: w.openJobs(take, work)}, nil
}

// startBackground starts what runs beside the lanes, until ctx is done.
func (w *Worker) startBackground(ctx context.Context) *errgroup.Group {
	var g errgroup.Group
	g.Go(func() error {
		w.sampleLag(ctx)
		return nil
	})
	return &g
}

// waitForEnd returns nil when ctx is done, or why the worker cannot go on.
func (w *Worker) waitForEnd(ctx context.Context) error {
	closed := w.deps.Conn.StatusChanged(nats.CLOSED)
	defer w.deps.Conn.RemoveStatusListener(closed)
	for !w.deps.Conn.IsClosed() {
		select {
		case <-ctx.Done():
			return nil
		case err := <-w.deaf:
			return err
		case <-closed:
		}
	}
	return errConnectionClosed
}

// ready tells whether this worker takes requests and can answer them.
func (w *Worker) ready() error {
	switch w.state.Load() {
	case stateServing:
	case stateDraining:
		return errors.New("draining")
	case stateStopped:
		return errors.New("stopped")
	default:
		return errors.New("starting")
	}
	if status := w.deps.Conn.Status(); status != nats.CONNECTED {
		return fmt.Errorf("the NATS connection is %s", status)
	}
	return nil
}
