package worker

import (
	"context"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

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
	eventually(t, "the job is admitted", func() bool { return testutil.ToFloat64(w.metrics.inFlightBytes.WithLabelValues("job")) > 0 })
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

func TestALargeMessageThatGetsNoTurnIsToldToComeAgain(t *testing.T) {
	t.Parallel()
	h := newHeavies(1)
	leave, err := h.enter(t.Context(), 2*messages.MaxMessageBytes)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.enter(ctx, heavyBytes); !messages.HasCode(err, messages.CodeOverloaded) {
		t.Errorf("error %v", err)
	}
	leave()
	if leave, err = h.enter(t.Context(), heavyBytes); err != nil {
		t.Fatal(err)
	}
	leave()
}
