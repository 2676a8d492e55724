package main

import (
	"maps"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// The network between workers and server is cut again and again, for longer
// than the library would wait by itself. The same worker answers when it is
// back, and nothing was made anew meanwhile.
func TestANetworkThatComesAndGoesNeedsNoHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	proxy := natstest.NewProxy(t, w.server.Addr().String())
	p := w.startWorkerWith(t, "CTX_KEYS_FILE="+w.ring, "CTX_NATS_URL="+proxy.URL())
	must(t, w.env(), "store", "before", "--session", "s", "--id", "before")
	clients := w.server.Inner().NumClients
	made := w.created(t)
	alone := clients() - 1 // without the worker
	if len(made) < 8 {
		t.Fatalf("only %d streams and consumers: %v", len(made), made)
	}
	for range 3 {
		proxy.Cut()
		await.That(t, "the worker to be gone", func() bool { return clients() == alone })
		if o := runLine(w.env("CTX_TIMEOUT=1s"), "list", "--session", "s"); o.code != exitFailed || o.err == "" {
			t.Errorf("while the worker is cut off a caller is told %d: %s", o.code, o.err)
		}
		proxy.Heal()
		await.That(t, "an answer from the same worker", func() bool {
			return runLine(w.env("CTX_TIMEOUT=2s"), "list", "--session", "s").code == exitOK
		})
	}
	must(t, w.env("CTX_TIMEOUT=20s"), "store", "after", "--session", "s", "--lane", "job", "--wait")
	if again := w.created(t); !maps.Equal(made, again) {
		t.Errorf("made anew: %v; before: %v", again, made)
	}
	if _, ended := p.logged("worker stopped"); ended {
		t.Error("the worker ended")
	}
}

// created is when each stream and consumer was made.
func (w *world) created(t *testing.T) map[string]time.Time {
	t.Helper()
	js, err := jetstream.New(natstest.Connect(t, w.server))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]time.Time{}
	streams := js.ListStreams(t.Context())
	for info := range streams.Info() {
		all[info.Config.Name] = info.Created
	}
	if err := streams.Err(); err != nil {
		t.Fatal(err)
	}
	consumer, err := js.Consumer(t.Context(), "CTX_JOBS", "ctx-workers")
	if err != nil {
		t.Fatal(err)
	}
	all["ctx-workers"] = consumer.CachedInfo().Created
	return all
}
