package tiers

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/tiers/streams"
)

// Up to where a page was known to be complete is forgotten when a server comes
// back, which may have lost its newest messages and number others as them.
func TestWhatWasKnownOfAPageEndsWithTheConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.background()
	w.knowsUntilReconnection(session("s"))
}

// Also of a connection that was lost before anybody listened.
func TestAReconnectionBeforeTheTiersRunIsNoticed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.knows(session("s"))
	w.reconnect()
	w.background()
	w.knowsNoMore(session("s"), p)
}

// So it is at once, though settings are being compared that nobody tells.
func TestWhatWasKnownOfAPageDoesNotWaitForAComparison(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := w.comparesInVain()
	w.background()
	w.knowsUntilReconnection(session("s")) // after which settings are compared
	<-asked
	w.knowsUntilReconnection(session("again"))
}

// knowsUntilReconnection knows an owner's page, and waits until a reconnection has ended that.
func (w *world) knowsUntilReconnection(o messages.Owner) {
	w.t.Helper()
	p := w.knows(o)
	if err := w.nc.ForceReconnect(); err != nil {
		w.t.Fatal(err)
	}
	w.knowsNoMore(o, p)
}

// knows has an owner read, and its page known to be complete further than its own sequence.
func (w *world) knows(o messages.Owner) page.Page {
	w.t.Helper()
	w.store(o, "a", "1")
	w.see(o, page.Freshness{})
	last := w.store(session("other"), "b", o.ID)
	v, _ := w.see(o, page.Freshness{})
	if w.knownOf(o, v.Page) < last {
		w.t.Fatal("nothing was known: the test shows nothing")
	}
	return v.Page
}

func (w *world) knowsNoMore(o messages.Owner, p page.Page) {
	w.t.Helper()
	await.That(w.t, "the page's own sequence is all that is known", func() bool { return w.knownOf(o, p) == p.Seq() })
}

// knownOf is up to where an owner's page is known to be complete.
func (w *world) knownOf(o messages.Owner, p page.Page) uint64 {
	_, upTo := w.l1.Known(ownerSubject(w.short.root, o), p)
	return upTo
}

// comparesInVain has settings compared with what nobody tells, and gives when that begins.
func (w *world) comparesInVain() (asked chan *nats.Msg) {
	w.t.Helper()
	asked = make(chan *nats.Msg, 16)
	if _, err := w.nc.ChanSubscribe("silent.>", asked); err != nil {
		w.t.Fatal(err)
	}
	js, err := jetstream.NewWithAPIPrefix(w.nc, "silent")
	if err != nil {
		w.t.Fatal(err)
	}
	w.streams = streams.New(w.subjects, w.cfg.Streams, streams.Deps{JS: js, Drift: w.met.drift, Attempt: time.Hour})
	return asked
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
