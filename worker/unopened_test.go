package worker

import (
	"context"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
)

// While the tiers are silent jobs take all of their time, and those that were
// fetched with them wait unopened for as long. They have their whole time all the
// same: none is delivered again while it is worked on.
func TestAJobThatWaitedUnopenedInASilenceHasItsWholeTime(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	over := make(chan struct{}, 2)
	w := r.make(options{
		tiers: func(c *tiers.Config) { c.Streams.AckWait = 6 * time.Second }, // of which a job has 4
		config: func(c *Config) {
			c.JobInFlight, c.JobBatch, c.RetryBase, c.RetryCap = 1, 2, time.Hour, time.Hour
		},
		deps: func(d *Deps) {
			d.Reader = hookedReader{Reader: d.Reader, before: func(ctx context.Context) { <-ctx.Done() }}
		},
		worker: func(w *Worker) {
			w.atCheckpoint = func(c checkpoint, _ envelope.Verified) {
				if c == afterEffect {
					over <- struct{}{}
				}
			}
		},
	})
	r.publish(aList)
	r.publish(aList)
	w.run(t)
	<-over
	<-over
	consumer, err := r.js.Consumer(t.Context(), "CTX_JOBS", "ctx-workers")
	if err != nil {
		t.Fatal(err)
	}
	if n := consumer.CachedInfo().Delivered.Consumer; n != 2 {
		t.Errorf("two jobs were delivered %d times before the second had had its time", n)
	}
}
