package tiers

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// Servers of a majority may lose their newest messages while a third one's worker
// merges a log. Its connection does not tell, but that the stream has been given a
// leader does, whatever that one has.
func TestAMergeEndsWithTheLeaderThatItsLogWasReadOf(t *testing.T) {
	t.Parallel()
	c, clock := natstest.StartCluster(t, 3), newClock()
	w := onMember(t, c, 2, clock, func(c *Config) { c.Compact.Disabled = true })
	for i := range 9 {
		w.stored(session("s"), fmt.Sprint("b", i), "kept")
	}
	x, wildcard := w.short, ownerSubject(w.short.root, session("s"))
	ctx := x.onThisGround(t.Context())
	b, err := x.loadSound(ctx, wildcard)
	if err != nil || len(b.segs) != 9 {
		t.Fatalf("%d segments, %v", len(b.segs), err)
	}
	w.elects()
	clock.advance(10 * time.Second) // for which nothing was heard of a leader
	if err := x.merge(ctx, wildcard, b.segs); !errors.Is(err, errMoved) {
		t.Errorf("a merge of what another leader had: %v", err)
	}
	if n := w.segments(session("s")); n != 9 {
		t.Errorf("%d segments; want the 9 that were there", n)
	}
}

// elects has the stream given a leader.
func (w *world) elects() {
	w.t.Helper()
	await.That(w.t, "the stream's leader steps down", func() bool {
		m, err := w.nc.Request("$JS.API.STREAM.LEADER.STEPDOWN."+w.short.stream.Name, nil, time.Second)
		return err == nil && strings.Contains(string(m.Data), `"success":true`)
	})
	await.That(w.t, "there is another", func() bool {
		_, err := w.js.Stream(w.t.Context(), w.short.stream.Name)
		return err == nil
	})
}

// Nor is a segment removed that was overtaken, where its sequence may be another's by now.
func TestNothingIsRemovedForWhatAnotherLeaderHad(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.short.lead.replicated.Store(true)
	w.store(session("s"), "plain", "x")
	over := w.under(session("s"), "over", session("third"), 0)
	w.divert(w.short, func(m *nats.Msg, forward func([]byte)) {
		w.short.tail.doubted.Add(1)
		forward(m.Data)
	})
	if err := w.short.verify(t.Context(), ownerSubject(w.short.root, session("s")), "over", over); !errors.Is(err, errMoved) {
		t.Errorf("%v", err)
	}
	if n := w.segments(session("s")); n != 2 {
		t.Errorf("%d segments are left of 2", n)
	}
}
