package worker

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// drain ends a worker's life: it stops to take, waits for every handler, and
// flushes what they sent. What NATS calls drain waits for callbacks alone, and
// ours hand their work to goroutines; so the crew is waited for as well. When
// time runs out the work is cut short: jobs then come again, elsewhere.
func (w *Worker) drain(work context.Context, t taking, cut func()) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(work), w.cfg.DrainTimeout)
	defer cancel()
	w.deps.Logger.Info().Msg("draining: no more requests are taken")
	return errors.Join(w.stopTaking(ctx, t), w.finish(ctx, t, cut), w.flush(ctx))
}

// flush sends the last replies and acknowledgements.
func (w *Worker) flush(ctx context.Context) error {
	if w.deps.Conn.IsClosed() {
		return nil // there is nothing to flush into
	}
	grace, cancel := atLeast(ctx, cutGrace)
	defer cancel()
	if err := w.deps.Conn.FlushWithContext(grace); err != nil {
		return fmt.Errorf("flush the last replies and acknowledgements: %w", err)
	}
	return nil
}

// atLeast is ctx, or if that has ended, or is about to, a context of the given length.
func atLeast(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < grace {
		return context.WithTimeout(context.WithoutCancel(ctx), grace)
	}
	return context.WithCancel(ctx)
}

// stopTaking returns when everything that the server has sent has been given
// to a handler, and lets no handler start after that.
func (w *Worker) stopTaking(ctx context.Context, t taking) error {
	defer w.crew.close()
	asks := t.asks.stop(ctx)
	if w.deps.Conn.IsClosed() {
		asks = nil
	}
	if asks != nil {
		asks = fmt.Errorf("stop the ask lane: %w", asks)
	}
	return errors.Join(asks, t.jobs.wait(ctx))
}

// finish waits for the handlers, and cuts them short when ctx ends. With them ends
// who waited for room to take a job.
func (w *Worker) finish(ctx context.Context, t taking, cut func()) error {
	err := w.crew.wait(ctx)
	if err != nil {
		err = fmt.Errorf("the drain took too long and was cut short: %w", err)
		cut()
	}
	grace, cancel := atLeast(ctx, cutGrace)
	defer cancel()
	return errors.Join(err, w.crew.wait(grace), t.jobs.wait(grace))
}
