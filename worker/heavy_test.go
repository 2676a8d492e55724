package worker

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

// padded is an ask for a context, in as many bytes.
func padded(size int) call {
	body := append(make([]byte, 0, size), `{"session":"s","max_tokens":9}`...)
	for len(body) < size { // legal JSON may end in any amount of white space
		body = append(body, ' ')
	}
	return call{op: messages.OpAssemble, body: body}
}

// Of the largest messages one is carried out at a time, whichever lane they
// came by; small ones pass by, and all are answered.
func TestLargeMessagesTakeTurnsOnBothLanes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	block := newGate()
	w := r.start(options{deps: func(d *Deps) { d.Reader = hookedReader{Reader: d.Reader, before: block.pass} }})
	largest, small := padded(messages.MaxMessageBytes*2/3), padded(heavyBytes-1)
	var all sync.WaitGroup
	outcomes := make(chan outcome, 3)
	all.Go(func() { outcomes <- r.ask(largest) })
	block.waitFor(t, 1)
	all.Go(func() { outcomes <- r.submit(largest) })
	await.That(t, "the job is admitted", func() bool { return testutil.ToFloat64(w.metrics.inFlightBytes.WithLabelValues("job")) > 0 })
	all.Go(func() { outcomes <- r.ask(small) })
	block.waitFor(t, 2)
	if n := block.waiting.Load(); n != 2 || w.heavies.bytes.TryAcquire(heavyAtOnce/2) {
		t.Errorf("%d are carried out; want one large and one small", n)
	}
	block.open()
	all.Wait()
	for range cap(outcomes) {
		must[messages.AssembleReply](t, <-outcomes)
	}
	if !w.heavies.bytes.TryAcquire(heavyAtOnce) {
		t.Error("not all gave their turn back")
	}
}

// An ask whose turn does not come is told so while it still has time, a job waits.
func TestALargeAskThatGetsNoTurnIsToldToComeAgain(t *testing.T) {
	t.Parallel()
	h := newHeavies(1)
	leave, err := h.enter(t.Context(), messages.LaneJob, 2*messages.MaxMessageBytes)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if _, err := h.enter(ctx, messages.LaneAsk, heavyBytes); !messages.HasCode(err, messages.CodeOverloaded) || ctx.Err() != nil {
		t.Errorf("an ask: %v, and %v of its own time", err, ctx.Err())
	}
	if _, err := h.enter(ctx, messages.LaneJob, heavyBytes); !messages.HasCode(err, messages.CodeOverloaded) || ctx.Err() == nil {
		t.Errorf("a job: %v, and %v of its own time", err, ctx.Err())
	}
	leave()
	if leave, err = h.enter(t.Context(), messages.LaneAsk, heavyBytes); err != nil {
		t.Fatal(err)
	}
	leave()
}
