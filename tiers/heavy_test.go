package tiers

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/jet"
)

// Of logs that come in several answers, those who compact and collect hold one at a
// time: who is given a first answer is given no more before the one before is done.
func TestOneLargeLogIsHeldAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Read.AnswerBytes, c.Compact.Segments = 4<<10, 2 })
	owners := []string{"a", "b", "c"}
	for _, o := range owners {
		for i := range 6 {
			w.store(session(o), fmt.Sprint(i), strings.Repeat("x", 2<<10))
		}
	}
	var begun, held, most atomic.Int64
	var answering, all sync.WaitGroup
	goOn := make(chan struct{})
	w.divert(w.short, func(m *nats.Msg, forward func([]byte)) {
		if !bytes.Contains(m.Data, []byte(`"up_to_seq"`)) {
			begun.Add(1)
			forward(m.Data)
			return
		}
		answering.Go(func() {
			if n := held.Add(1); n > most.Load() {
				most.Store(n)
			}
			<-goOn
			held.Add(-1)
			forward(m.Data)
		})
	})
	for i, o := range owners {
		wildcard := ownerSubject(w.short.root, session(o))
		all.Go(func() {
			var err error
			if i == 0 {
				err = w.short.tend(t.Context(), wildcard)
			} else {
				_, err = w.short.compact(t.Context(), wildcard)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	await.That(t, "all have begun, and one goes on", func() bool { return begun.Load() == 3 && held.Load() > 0 })
	for range 20 {
		jet.Pause(context.Background(), 5*time.Millisecond) // in which others would
	}
	close(goOn)
	all.Wait()
	answering.Wait()
	if most.Load() != 1 {
		t.Errorf("%d were held at once", most.Load())
	}
	for _, o := range owners {
		w.shrinks(session(o), 1)
	}
}
