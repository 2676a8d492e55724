package worker

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
)

// Every job is delivered again and again, to two workers, while its handlers
// stand still: before the effect, so that all of them come to write at once,
// or after it, so that all of them come to answer. Each job has one effect, is
// answered, and none is buried for the number of its deliveries.
func TestAStormOfRedeliveriesHasOneEffectEach(t *testing.T) {
	t.Parallel()
	for _, at := range []checkpoint{afterLedger, afterEffect} {
		t.Run(string(at), func(t *testing.T) {
			t.Parallel()
			storm(t, at)
		})
	}
}

func storm(t *testing.T, at checkpoint) {
	const jobs, times = 15, 3
	r := newRig(t)
	block := newGate()
	for range 2 {
		r.start(options{
			tiers:  func(c *tiers.Config) { c.Streams.AckWait = time.Second },
			config: func(c *Config) { c.MaxAttempts, c.JobInFlight = 10_000, 1024 },
			worker: func(w *Worker) {
				w.atCheckpoint = func(c checkpoint, _ envelope.Verified) {
					if c == at {
						block.pass(context.Background())
					}
				}
			},
		})
	}
	inbox, got := r.spy()
	for i := range jobs {
		r.publish(call{op: messages.OpStore, reply: inbox, body: messages.StoreRequest{Session: fmt.Sprint("s", i), Items: turns("x", "y")}})
	}
	block.waitFor(t, jobs*times)
	block.open()
	r.idle()
	if n := r.count("KV_ctx_short"); n != jobs {
		t.Errorf("%d segments for %d jobs", n, jobs)
	}
	for i := range jobs {
		if n := list(t, r.ask, messages.ListRequest{Session: fmt.Sprint("s", i)}).Total; n != 2 {
			t.Errorf("session %d has %d items; want 2", i, n)
		}
	}
	if n := len(r.deadLetters()); n != 0 {
		t.Errorf("%d dead letters", n)
	}
	answered := map[string]bool{}
	for _, m := range got() {
		if m.Header.Get(envelope.HeaderErrorCode) != "" {
			t.Errorf("answered with %s", m.Data)
		}
		answered[m.Header.Get(envelope.HeaderID)] = true
	}
	if len(answered) != jobs {
		t.Errorf("%d of %d jobs were answered", len(answered), jobs)
	}
}
