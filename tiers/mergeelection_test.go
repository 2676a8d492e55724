package tiers

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// Two servers of three may lose their newest messages while the third one's worker
// merges a log. Its connection does not tell, but that the stream has another leader does.
func TestAMergeEndsWithTheLeaderThatItsLogWasReadOf(t *testing.T) {
	t.Parallel()
	c, clock := natstest.StartCluster(t, 3), newClock()
	quiet := func(c *Config) { c.Compact.Disabled = true }
	w, other := onMember(t, c, 2, clock, quiet), onMember(t, c, 1, clock, quiet)
	seq := other.store(session("s"), "a", "kept")
	for i := range 2 {
		onMember(t, c, i, clock, quiet).catchesUp(session("s"), seq, "a=kept")
	}
	lose := keepMajority(t, c)
	last := w.stored(session("s"), "a", "lost")
	for i := range 8 {
		last = w.stored(session("s"), fmt.Sprint("b", i), "lost")
	}
	x, wildcard := w.short, ownerSubject(w.short.root, session("s"))
	ctx := x.onThisGround(t.Context())
	b, err := x.loadSound(ctx, wildcard)
	if err != nil || len(b.segs) != 10 {
		t.Fatalf("%d segments, %v", len(b.segs), err)
	}

	c.Cut(2)
	lose()
	other.stored(session("s"), "a", "new")
	news := 0
	for ; seq <= last; news++ {
		seq = other.stored(session("other"), fmt.Sprint(news), "new")
	}
	c.Heal(2)
	await.That(t, "the worker's server knows the leader", func() bool {
		_, err := w.long.refresh(t.Context())
		return err == nil
	})
	clock.advance(10 * time.Second) // for which nothing was heard of a leader
	if err := x.merge(ctx, wildcard, b.segs); !errors.Is(err, errMoved) {
		t.Errorf("a merge of what another leader had: %v", err)
	}
	if v, got := other.see(session("s"), page.Freshness{Reload: true}); got != "a=new" {
		t.Errorf("%q at %d", got, v.Revision)
	}
	if n := other.segments(session("other")); n != news {
		t.Errorf("%d of another session's %d segments are left", n, news)
	}
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
