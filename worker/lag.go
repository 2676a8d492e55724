package worker

import (
	"context"
	"time"
)

// sampleLag shows how far the job lane is behind, which is the deployment's figure
// and so the same of every worker, and whether this one can take and bury jobs, until ctx is done.
func (w *Worker) sampleLag(ctx context.Context) {
	ticker := time.NewTicker(w.cfg.LagInterval)
	defer ticker.Stop()
	for {
		w.sampleLagOnce(ctx)
		w.checkLetters(ctx)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (w *Worker) sampleLagOnce(ctx context.Context) {
	limited, cancel := context.WithTimeout(ctx, w.cfg.LagInterval)
	defer cancel()
	consumer, err := w.findJobs(limited)
	if ctx.Err() != nil {
		return // the worker stops, which says nothing of the job lane
	}
	if err != nil {
		w.metrics.jobsReached.Set(0)
		return // the other gauges keep what was last known; health says what is wrong
	}
	info := consumer.CachedInfo()
	w.metrics.jobsPending.Set(float64(info.NumPending))
	w.metrics.jobsUnsettled.Set(float64(info.NumAckPending))
	w.checkJobs(ctx)
}
