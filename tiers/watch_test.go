package tiers

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/page"
)

// Up to where a page was known to be complete is forgotten when a server comes
// back, which may have lost its newest messages and number others as them.
func TestWhatWasKnownOfAPageEndsWithTheConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.background()
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	last := w.store(session("other"), "b", "2")
	v, _ := w.see(session("s"), page.Freshness{})
	known := func() uint64 {
		_, upTo := w.l1.Known(ownerSubject(w.short.root, session("s")), v.Page)
		return upTo
	}
	if known() < last {
		t.Fatal("nothing was known: the test shows nothing")
	}
	if err := w.nc.ForceReconnect(); err != nil {
		t.Fatal(err)
	}
	await.That(t, "the page's own sequence is all that is known", func() bool { return known() == v.Page.Seq() })
}

// While workers run, drift is noticed after a reconnection, and nothing is made anew.
func TestDriftIsNoticedAfterAReconnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.background()
	s, err := w.js.Stream(t.Context(), w.short.stream.Name)
	if err != nil {
		t.Fatal(err)
	}
	changed := s.CachedInfo().Config
	changed.MaxAge, changed.MaxMsgs = time.Hour, 1<<20
	if _, err := w.js.UpdateStream(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	w.deleteStream(w.streams.Names.Audit)
	if err := w.nc.ForceReconnect(); err != nil {
		t.Fatal(err)
	}
	drift := func(name string) float64 { return metric(t, w.reg, "context_manager_stream_drift", "stream", name) }
	await.That(t, "the drift is counted", func() bool {
		return drift(w.short.stream.Name) == 2 && drift(w.streams.Names.Audit) == 1
	})
	if _, err := w.js.Stream(t.Context(), w.streams.Names.Audit); !errors.Is(err, jetstream.ErrStreamNotFound) {
		t.Fatalf("a stream that an operator removed was made anew: %v", err)
	}
}
