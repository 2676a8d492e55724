package worker

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages/envelope"
)

// A defect in verification says nothing of the job, which may be honest: another
// worker, of another build, may do it. It is not for ever either.
func TestAJobThatCouldNotBeJudgedComesAgain(t *testing.T) {
	t.Parallel()
	for name, defects := range map[string]int{"by one worker": 1, "by any": 100} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const attempts = 3
			r := newRig(t)
			w := r.make(options{config: func(c *Config) { c.MaxAttempts = attempts }})
			good, deliveries := w.deps.Verifier, 0
			w.atCheckpoint = func(c checkpoint, _ envelope.Verified) {
				if c != beforeVerify {
					return
				}
				w.deps.Verifier = good
				if deliveries++; deliveries <= defects {
					w.deps.Verifier = nil // which panics
				}
			}
			r.publish(aStore)
			w.run(t)
			r.idle()
			panics := min(defects, attempts)
			if n := testutil.ToFloat64(w.metrics.panics); n != float64(panics) {
				t.Errorf("%v panics; want %d", n, panics)
			}
			stored := 0
			if defects < attempts {
				stored = 1
			}
			if n := r.count("KV_ctx_short"); int(n) != stored {
				t.Errorf("%d segments; want %d", n, stored)
			}
			if n := testutil.ToFloat64(w.metrics.settled.WithLabelValues("terminated")); n != float64(1-stored) {
				t.Errorf("%v terminated; want %d", n, 1-stored)
			}
		})
	}
}
