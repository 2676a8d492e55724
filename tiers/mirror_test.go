package tiers

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// mirrored gives a bucket a mirror that answers without what there is now.
func mirrored(t *testing.T, w *world) {
	t.Helper()
	js, err := jetstream.New(w.nc)
	if err != nil {
		t.Fatal(err)
	}
	join := natstest.Behind(t, js, w.short.stream.Name)
	w.store(session("s"), "b", "2")
	join()
}

func TestAMirrorOfABucketIsNotBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	mirrored(t, w)
	for range 20 { // either may answer
		cold := onServer(t, w.server, w.clock)
		v := cold.view(session("s"), page.Freshness{})
		if v.Err != nil || v.Stale || texts(v.Page) != "a=1 b=2" {
			t.Fatalf("read: %q, stale %v, %v", texts(v.Page), v.Stale, v.Err)
		}
	}
}

// A mirror's "there is nothing" and "there is nothing new" name no stream. Once one has answered, the leader is asked.
func TestWhatAMirrorLacksIsAskedOfTheLeader(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("early"), "c", "3")
	w.store(session("s"), "a", "1")
	mirrored(t, w)
	cold := onServer(t, w.server, w.clock)
	await.That(t, "a mirror has answered", func() bool {
		cold.view(session("s"), page.Freshness{Reload: true})
		return testutil.ToFloat64(cold.met.mirrored) > 0
	})
	for range 20 {
		if v := cold.view(session("early"), page.Freshness{Reload: true}); v.Err != nil || texts(v.Page) != "c=3" {
			t.Fatalf("what the mirror lacks: %q, %v", texts(v.Page), v.Err)
		}
		if v := cold.view(session("nobody's"), page.Freshness{Reload: true}); v.Err != nil || v.Page.Len() != 0 {
			t.Fatalf("what nobody has: %q, %v", texts(v.Page), v.Err)
		}
	}
}

// A merge of what a mirror has would leave out what it lacks.
func TestAMergeIsNotOfWhatAMirrorHas(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Segments = 2 })
	w.store(session("s"), "a", "1")
	mirrored(t, w)
	w.store(session("s"), "c", "3")
	w.background()
	wildcard := ownerSubject(w.short.root, session("s"))
	await.That(t, "the log is merged", func() bool {
		w.short.urge(wildcard)
		b, err := w.short.leaderBatch(t.Context(), wildcard)
		return err == nil && len(b.segs) == 1
	})
	cold := onServer(t, w.server, w.clock)
	if v := cold.view(session("s"), page.Freshness{}); v.Err != nil || texts(v.Page) != "a=1 b=2 c=3" {
		t.Errorf("after the merge: %q, %v", texts(v.Page), v.Err)
	}
}
