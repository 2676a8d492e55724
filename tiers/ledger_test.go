package tiers

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestTakeIsOnceOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	steps := []struct {
		id, delivery string
		first        bool
		code         messages.Code
	}{
		{"a", AskDelivery, true, ""},
		{"a", AskDelivery, false, messages.CodeReplayed},
		{"a", "job:7", false, messages.CodeReplayed},
		{"b", "job:7", true, ""},
		{"b", "job:7", false, ""}, // delivered again
		{"b", "job:8", false, messages.CodeReplayed},
		{"b", AskDelivery, false, messages.CodeReplayed},
	}
	for i, s := range steps {
		first, err := w.Take(t.Context(), "key.1", s.id, s.delivery, time.Hour)
		if first != s.first || s.code == "" && err != nil || s.code != "" && !messages.HasCode(err, s.code) {
			t.Errorf("step %d: %v, %v; want %v, %q", i, first, err, s.first, s.code)
		}
	}
}

func TestIDsOfOtherKeysAreOtherIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, key := range []string{"a", "b", "a.b", "*"} {
		if first, err := w.Take(t.Context(), key, "id", AskDelivery, time.Hour); !first || err != nil {
			t.Errorf("key %s: %v, %v", key, first, err)
		}
	}
}

func TestTakeHasOneWinner(t *testing.T) {
	t.Parallel()
	one := newWorld(t)
	two := onServer(t, one.server, one.clock)
	for round := range 20 {
		var all sync.WaitGroup
		var won, refused atomic.Int64
		for n := range 8 {
			w := []*world{one, two}[n%2]
			all.Go(func() {
				first, err := w.Take(t.Context(), "k", fmt.Sprint(round), AskDelivery, time.Hour)
				switch {
				case first && err == nil:
					won.Add(1)
				case messages.HasCode(err, messages.CodeReplayed):
					refused.Add(1)
				default:
					t.Errorf("%v, %v", first, err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 || refused.Load() != 7 {
			t.Fatalf("round %d: %d won, %d refused", round, won.Load(), refused.Load())
		}
	}
}

func TestLedgerOutlivesTheServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := natsd.Start(natsd.Options{StoreDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	w := onServer(t, first, newClock())
	for _, delivery := range []string{AskDelivery, "job:3"} {
		if ok, err := w.Take(t.Context(), "k", delivery, delivery, time.Hour); !ok || err != nil {
			t.Fatalf("%v, %v", ok, err)
		}
	}
	first.Shutdown()

	again := onServer(t, natstest.Start(t, func(o *natsd.Options) { o.StoreDir = dir }), newClock())
	if _, err := again.Take(t.Context(), "k", AskDelivery, AskDelivery, time.Hour); !messages.HasCode(err, messages.CodeReplayed) {
		t.Errorf("an ask after a restart: %v", err)
	}
	if ok, err := again.Take(t.Context(), "k", "job:3", "job:3", time.Hour); ok || err != nil {
		t.Errorf("a redelivery after a restart: %v, %v", ok, err)
	}
}

// A publish that was stored but not acknowledged is known by its nonce.
func TestTakeKnowsItsOwnEntry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := entry{ledger: w.ledger, subject: w.ledger.root + "k.id", delivery: AskDelivery, nonce: "mine"}
	for range 2 {
		if first, err := e.try(t.Context()); !first || err != nil {
			t.Fatalf("%v, %v; want to be the first, also when asked again", first, err)
		}
	}
}

func TestLedgerEntriesExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		delivery string
		life     time.Duration
		ttl      string
	}{{AskDelivery, 24 * time.Hour, "1200s"}, {"job:1", time.Hour, "4800s"}, {"job:2", 24 * time.Hour, "87600s"}, {"job:3", 1000 * time.Hour, "87600s"}} {
		if _, err := w.Take(t.Context(), "k", c.delivery, c.delivery, c.life); err != nil {
			t.Fatal(err)
		}
		s, err := w.js.Stream(t.Context(), w.ledger.stream.Name)
		if err != nil {
			t.Fatal(err)
		}
		msg, err := s.GetLastMsgForSubject(t.Context(), w.ledger.root+"k."+messages.Escape(c.delivery))
		if err != nil {
			t.Fatal(err)
		}
		if got := msg.Header.Get(jetstream.MsgTTLHeader); got != c.ttl {
			t.Errorf("%s: TTL %q, want %q", c.delivery, got, c.ttl)
		}
	}
}

// With the entry stored, the server refuses a second one even to a publisher
// that goes round Take.
func TestLedgerEntriesCannotBeTakenTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.Take(t.Context(), "k", "id", AskDelivery, time.Hour); err != nil {
		t.Fatal(err)
	}
	_, err := w.mux.Publish(t.Context(), &nats.Msg{Subject: w.ledger.root + "k.id", Data: []byte("ask other")}, jet.Expected{}, 0, w.cfg.Write.Attempt)
	if !jet.Conflicted(err) {
		t.Fatalf("a second entry: %v", err)
	}
}

func TestTakenLooksAndTakesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	looks := func(delivery string, want bool) {
		t.Helper()
		if got, err := w.Taken(t.Context(), "key.1", "id", delivery); got != want || err != nil {
			t.Errorf("%s has it: %t, %v; want %t", delivery, got, err, want)
		}
	}
	looks("job:7", false)
	if first, err := w.Take(t.Context(), "key.1", "id", "job:7", time.Hour); !first || err != nil {
		t.Fatalf("%t, %v; want that a look took nothing", first, err)
	}
	looks("job:7", true)
	if got, err := w.Taken(t.Context(), "key.1", "id", "job:8"); got || !messages.HasCode(err, messages.CodeReplayed) {
		t.Errorf("another has it: %t, %v; want that it is replayed", got, err)
	}
	if err := w.js.DeleteStream(t.Context(), w.ledger.stream.Name); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Taken(t.Context(), "key.1", "id", "job:7"); !messages.HasCode(err, messages.CodeUnavailable) {
		t.Errorf("without a ledger: %v", err)
	}
}
