package worker

import (
	"context"
	"fmt"
)

// The server drops what its user may not publish: a worker that may not fetch jobs
// seems to have none to do, and one that may not acknowledge does them again and
// again. So it asks, as often as it looks how far the lane is behind, by a fetch and
// an acknowledgement that come to nothing.
const (
	// refusedFetch is refused for its form: its heartbeat is longer than it lasts.
	refusedFetch = `{"batch":1,"idle_heartbeat":1}`
	// noJob is a delivery of the last sequence that there can be.
	noJob      = ".1.9223372036854775807.1.1.0"
	inProgress = "+WPI"
)

// checkJobs notes whether this worker can take jobs and settle them.
func (w *Worker) checkJobs(ctx context.Context) {
	of := w.cfg.Jobs + "." + w.cfg.JobConsumer
	fault := w.answered(ctx, "$JS.API.CONSUMER.MSG.NEXT."+of, refusedFetch)
	if fault == nil {
		fault = w.answered(ctx, "$JS.ACK."+of+noJob, inProgress)
	}
	if ctx.Err() != nil {
		return // the worker stops, which says nothing of the job lane
	}
	w.jobFault.Store(&fault)
	if fault == nil {
		w.metrics.jobsReached.Set(1)
	} else {
		w.metrics.jobsReached.Set(0)
	}
}

// answered tells why the server does not answer a request, nil if it does.
func (w *Worker) answered(ctx context.Context, subject, body string) error {
	limited, cancel := context.WithTimeout(ctx, w.cfg.HealthTimeout)
	defer cancel()
	if _, err := w.deps.Conn.RequestWithContext(limited, subject, []byte(body)); err != nil {
		return fmt.Errorf("no answer on %s, so jobs cannot be taken or settled; the log tells if the worker's NATS user may not publish there: %w", subject, err)
	}
	return nil
}

// jobsWell is what checkJobs found last.
func (w *Worker) jobsWell() error {
	if fault := w.jobFault.Load(); fault != nil {
		return *fault
	}
	return nil
}
