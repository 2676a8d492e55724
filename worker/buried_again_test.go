package worker

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers"
)

// An unsettledMsg is a delivery whose settlement is lost on its way to the server.
type unsettledMsg struct{ message }

func (unsettledMsg) Ack() error                  { return nil }
func (unsettledMsg) TermWithReason(string) error { return nil }

// shortMemory has the stream of dead letters drop second letters for as short a time
// as it can, which is over before a job comes again.
func (r *rig) shortMemory() {
	r.t.Helper()
	dead, err := r.js.Stream(r.t.Context(), "CTX_DEAD")
	if err != nil {
		r.t.Fatal(err)
	}
	config := dead.CachedInfo().Config
	config.Duplicates = 100 * time.Millisecond
	if _, err := r.js.UpdateStream(r.t.Context(), config); err != nil {
		r.t.Fatal(err)
	}
}

// A job is buried, and its termination is lost: it comes again, long after the
// stream of dead letters has forgotten its letter. There is one letter, counted once.
func TestAJobWhoseTerminationIsLostIsOneLetter(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]any{
		"job":              badStore,
		"bundle":           stores.together(t, badStore, badStore).body,
		"part of a bundle": stores.together(t, turn("s"), badStore).body,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			w := r.make(options{tiers: func(c *tiers.Config) { c.Streams.AckWait = 2 * time.Second }})
			r.shortMemory()
			r.publish(call{op: messages.OpStore, body: body})
			m, err := w.nc.RequestWithContext(t.Context(), "$JS.API.CONSUMER.MSG.NEXT."+w.cfg.Jobs+"."+w.cfg.JobConsumer, nil)
			if err != nil {
				t.Fatal(err)
			}
			w.handleJob(t.Context(), unsettledMsg{fetched{m, w.nc}})
			if jobs, letters := r.count("CTX_JOBS"), len(r.deadLetters()); jobs != 1 || letters != 1 {
				t.Fatalf("%d jobs and %d letters; want one of each", jobs, letters)
			}
			w.run(t)
			r.idle()
			if n := len(r.deadLetters()); n != 1 {
				t.Errorf("%d letters of one job", n)
			}
			if n := testutil.ToFloat64(w.metrics.dead.WithLabelValues("bad_json")); n != 1 {
				t.Errorf("one letter is counted as %v", n)
			}
		})
	}
}
