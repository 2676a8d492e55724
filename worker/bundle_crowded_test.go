package worker

import (
	"context"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

// Of a bundle for which there is no room as a whole, as many requests are carried
// out as there is room for. The others are told at once that there is none, and
// that they were not done is true though there be a copy: the ledger was asked before.
func TestABundleIsLetInAsFarAsThereIsRoom(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const all, room = 5, 3
	w := r.start(options{config: func(c *Config) { c.AskInFlight = room }, worker: func(w *Worker) {
		refused := w.metrics.requests.WithLabelValues("ask", "clear", "overloaded")
		w.operations[messages.OpClear] = as(func(context.Context, string) (any, error) {
			await.That(t, "the others are refused", func() bool { return testutil.ToFloat64(refused) == all-room })
			return map[string]string{}, nil
		})
	}})
	id := newID(t)
	nothing := []byte(`{}`)
	done := 0
	for _, o := range r.askTogether(call{op: messages.OpClear, id: id}, nothing, nothing, nothing, nothing, nothing) {
		if o.status == statusOK {
			done++
		} else if refused := fails(t, o, messages.CodeOverloaded); refused.RetryAfterMS <= 0 {
			t.Errorf("%+v does not say when to come again", refused)
		}
	}
	if done != room {
		t.Errorf("%d requests were carried out; want %d", done, room)
	}
	if _, err := w.tiers.Take(t.Context(), "full", id, "a copy", patience); !messages.HasCode(err, messages.CodeReplayed) {
		t.Errorf("a copy: %v; want it replayed", err)
	}
	await.That(t, "all room is free again", func() bool {
		free := w.asks.count.TryAcquire(room)
		if free {
			w.asks.count.Release(room)
		}
		return free
	})
}
