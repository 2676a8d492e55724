package worker

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"
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
	const so = "jobs cannot be taken or settled"
	fault := w.answered(ctx, &nats.Msg{Subject: "$JS.API.CONSUMER.MSG.NEXT." + of, Data: []byte(refusedFetch)}, so)
	if fault == nil {
		fault = w.answered(ctx, &nats.Msg{Subject: "$JS.ACK." + of + noJob, Data: []byte(inProgress)}, so)
	}
	if ctx.Err() != nil {
		return // the worker stops, which says nothing of the job lane
	}
	w.jobFault.note(fault, w.metrics.jobsReached)
}

// answered tells why the server does not answer a request, and what follows from it; nil if it does.
func (w *Worker) answered(ctx context.Context, m *nats.Msg, so string) error {
	limited, cancel := context.WithTimeout(ctx, w.cfg.HealthTimeout)
	defer cancel()
	if _, err := w.deps.Conn.RequestMsgWithContext(limited, m); err != nil {
		return fmt.Errorf("no answer on %s, so %s; the log tells if the worker's NATS user may not publish there: %w", m.Subject, so, err)
	}
	return nil
}

// A lastFault is what was found when somebody last looked, nil before that.
type lastFault struct{ found atomic.Pointer[error] }

func (f *lastFault) get() error {
	if found := f.found.Load(); found != nil {
		return *found
	}
	return nil
}

// note has health tell of a fault, nil if there is none, and a gauge, which is 1 then.
func (f *lastFault) note(fault error, well prometheus.Gauge) {
	f.found.Store(&fault)
	if fault == nil {
		well.Set(1)
	} else {
		well.Set(0)
	}
}
