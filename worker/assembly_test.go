package worker

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/operations"
)

// A query's "today" begins at midnight in UTC, whether the request says what
// time it is or the worker does, and in whichever zone the worker stands.
func TestDaysBeginInUTC(t *testing.T) {
	t.Parallel()
	now := time.Date(2023, time.August, 16, 3, 0, 0, 0, time.FixedZone("east", 9*3600)) // the 15th in UTC
	r := newRig(t)
	r.start(options{worker: func(w *Worker) {
		d := w.operationDeps()
		d.Clock = func() time.Time { return now }
		w.operations = operations.Table(d)
	}})
	items := turns("it rained in the early morning", "it rained the day before", "it is raining")
	items[0].Time = time.Date(2023, time.August, 15, 1, 0, 0, 0, time.UTC).UnixMilli()
	items[1].Time = time.Date(2023, time.August, 14, 23, 0, 0, 0, time.UTC).UnixMilli()
	items[2].Time = now.UnixMilli()
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: items})
	for name, given := range map[string]int64{"by the worker's clock": 0, "by the request": now.UnixMilli()} {
		reply := must[messages.AssembleReply](t, r.ask(call{op: messages.OpAssemble, body: messages.AssembleRequest{
			Session: "s", Query: "Has it rained today?", MaxTokens: 500, Explain: true, Now: given,
		}}))
		today, before := candidate(t, reply, "t0").Parts["date"], candidate(t, reply, "t1").Parts["date"]
		if inFull := candidate(t, reply, "t2").Parts["date"]; today != inFull || before >= inFull {
			t.Errorf("%s: the day counts %v for an item of this moment, %v for one of today and %v for one of the day before", name, inFull, today, before)
		}
	}
}

// candidate is what a reply explains of an item.
func candidate(t *testing.T, reply messages.AssembleReply, id string) messages.Candidate {
	t.Helper()
	for _, c := range reply.Explain {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("nothing is explained of %s: %+v", id, reply.Explain)
	return messages.Candidate{}
}

// A context that is ready when nobody waits any more is no answer: it was made
// without looking at all that there is.
func TestAnAssembleThatIsOverHasNoAnswer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	over := false
	w := r.start(options{deps: func(d *Deps) {
		d.Reader = hookedReader{Reader: d.Reader, after: func(_, _ *page.View) {
			if over {
				cancel()
			}
		}}
	}})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("it rained")})
	for _, over = range []bool{false, true} {
		_, err := w.operations[messages.OpAssemble](ctx, r.request(call{op: messages.OpAssemble, body: messages.AssembleRequest{Session: "s", MaxTokens: 100}}))
		if over != errors.Is(err, context.Canceled) {
			t.Errorf("over %v: %v", over, err)
		}
	}
}
