package tiers

import (
	"bytes"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// A publish that is held up on a connection which its client has left arrives
// when its repeat has been acknowledged, merged, and written over. It must not
// bring back what it wrote.
func TestAPublishThatIsHeldUpDoesNotUndoWhatCameSince(t *testing.T) {
	t.Parallel()
	server, clock := natstest.Start(t), newClock()
	quiet := func(c *Config) { c.Compact.Segments, c.Compact.Disabled, c.GC.Disabled = 1, true, true }
	proxy := natstest.NewProxy(t, server.Addr().String())
	nc, err := nats.Connect(proxy.URL()+","+server.URL(), nats.DontRandomize(), nats.IgnoreDiscoveredServers(),
		nats.MaxReconnects(-1), nats.ReconnectWait(time.Millisecond), nats.CustomInboxPrefix("answers"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	w := onConn(t, server, nc, clock, quiet, func(c *Config) {
		c.Read.Attempt, c.Write.Attempt, c.Breaker.Failures = 100*time.Millisecond, 100*time.Millisecond, 1000
	})
	other := onServer(t, server, clock, quiet)
	other.store(session("s"), "b", "x")

	proxy.Hold()
	stored := make(chan uint64, 1)
	go func() { stored <- w.store(session("s"), "a", "1") }()
	await.That(t, "the publish is held up", proxy.Holds)
	if err := nc.ForceReconnect(); err != nil { // and goes past the proxy
		t.Fatal(err)
	}
	<-stored
	other.store(session("s"), "c", "x")
	if _, err := other.Compact(t.Context(), session("s")); err != nil {
		t.Fatal(err)
	}
	if err := other.short.tend(t.Context(), ownerSubject(other.short.root, session("s"))); err != nil {
		t.Fatal(err)
	}
	other.store(session("s"), "a", "2")

	answers, err := other.nc.SubscribeSync("answers.>")
	if err != nil || other.nc.Flush() != nil {
		t.Fatal(err)
	}
	proxy.Release()
	for { // until the publish has come: a get that was held up too has no such answer
		if msg, err := answers.NextMsg(10 * time.Second); err != nil {
			t.Fatal(err)
		} else if bytes.Contains(msg.Data, []byte(`"stream":`)) {
			break
		}
	}
	if v, got := other.see(session("s"), page.Freshness{Reload: true}); sorted(got) != "a=2 b=x c=x" {
		t.Errorf("%q at %d", got, v.Revision)
	}
	clock.advance(nameHeld)
	if merged, err := other.Compact(t.Context(), session("s")); err != nil || !merged {
		t.Errorf("when nothing can come any more: merged %t, %v", merged, err)
	}
	other.shrinks(session("s"), 1)
}

// While a segment has to stay, what is newer is merged without it, and nothing
// that is older: tombstones must not outlive what they bury, nor the reverse.
func TestWhatIsNewerThanAHeldSegmentIsMerged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Segments, c.Compact.Disabled, c.GC.Disabled = 2, true, true })
	w.store(session("s"), "a", "1")
	last := w.store(session("s"), "b", "1")
	again := page.Condition{Unchanged: true, LastSegment: last, Again: true}
	held, err := w.Append(t.Context(), session("s"), "held", puts(w.clock.now(), item("c", "1")), again)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"d", "e", "f"} {
		w.store(session("s"), id, "1")
	}
	if merged, err := w.Compact(t.Context(), session("s")); err != nil || !merged {
		t.Fatalf("merged %t, %v", merged, err)
	}
	w.shrinks(session("s"), 4)
	b := w.multiLast(ownerSubject(w.short.root, session("s")), 0)
	if len(b.segs) != 4 || b.segs[2].Seq != held || b.segs[2].Name != "held" {
		t.Errorf("%d segments: %+v; want two older ones, the held one, and one merged", len(b.segs), b.segs)
	}
	if _, got := w.see(session("s"), page.Freshness{Reload: true}); got != "a=1 b=1 c=1 d=1 e=1 f=1" {
		t.Error(got)
	}
	walked, err := w.short.leaderBatch(t.Context(), ownerSubject(w.short.root, session("s")))
	if newest, bad := w.short.held(walked); err != nil || bad != nil || newest != held {
		t.Errorf("read of the leader: held at %d of %d, %v, %v", newest, held, err, bad)
	}
}
