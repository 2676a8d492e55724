package tiers

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A ledger that is gone is left after Write.Deadline by callers who set no end.
func TestALedgerThatIsGoneIsLeftBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Write.Deadline, c.Breaker.Failures = 50*time.Millisecond, 1_000_000 })
	w.deleteStream(w.ledger.stream.Name)
	if _, err := w.Take(t.Context(), "k", "id", AskDelivery, time.Minute); !messages.HasCode(err, messages.CodeUnavailable) {
		t.Errorf("%v", err)
	}
}

// One that fails again and again has its breaker opened.
func TestALedgerThatFailsIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deleteStream(w.ledger.stream.Name)
	if _, err := w.Take(t.Context(), "k", "id", AskDelivery, time.Minute); !errors.Is(err, errOpen) || !w.ledger.breaker.open() {
		t.Errorf("%v", err)
	}
}

// That an id is not there is an answer, and no failure of the ledger.
func TestIDsThatAreNotThereDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 2 * w.cfg.Breaker.Failures {
		if taken, err := w.Taken(t.Context(), "k", fmt.Sprint(i), AskDelivery); taken || err != nil {
			t.Fatalf("%v, %v", taken, err)
		}
	}
	if first, err := w.Take(t.Context(), "k", "id", AskDelivery, time.Minute); !first || err != nil {
		t.Errorf("%v, %v", first, err)
	}
}

// A ledger that is full says so at once: to be asked again is of no use.
func TestALedgerThatIsFullIsAskedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, err := w.js.Stream(t.Context(), w.ledger.stream.Name)
	if err != nil {
		t.Fatal(err)
	}
	full := s.CachedInfo().Config
	full.MaxBytes = 10
	if _, err := w.js.UpdateStream(t.Context(), full); err != nil {
		t.Fatal(err)
	}
	asked := natstest.Count(t, w.nc, w.ledger.root+">")
	_, err = w.Take(t.Context(), "k", "id", AskDelivery, time.Minute)
	if !messages.HasCode(err, messages.CodeUnavailable) || !strings.Contains(err.Error(), "cannot store more") {
		t.Errorf("%v", err)
	}
	if n := asked(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// One that comes back while it is asked again takes the id.
func TestALedgerThatComesBackIsAskedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Breaker.Failures, c.Write.Attempt = 1_000_000, 300*time.Millisecond })
	w.deleteStream(w.ledger.stream.Name)
	asked := natstest.Count(t, natstest.Connect(t, w.server), w.ledger.root+">")
	taken := make(chan error, 1)
	go func() {
		first, err := w.Take(t.Context(), "k", "id", AskDelivery, time.Minute)
		if err == nil && !first {
			err = errors.New("it was not the first")
		}
		taken <- err
	}()
	await.That(t, "it is asked", func() bool { return asked() > 0 })
	if err := w.streams.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-taken; err != nil {
		t.Error(err)
	}
}

// An entry that is in the way and cannot be seen is on its way to being stored, or
// has just gone: it is looked for again.
func TestAnEntryThatCannotBeSeenIsLookedForAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := entry{ledger: w.ledger, subject: w.ledger.subject("k", "id"), delivery: "job:1", nonce: "mine"}
	looks := 0
	first, err := jet.Retry(t.Context(), w.cfg.Write.Backoff, func() (bool, error) {
		if looks++; looks == 2 {
			if _, err := w.js.Publish(t.Context(), e.subject, []byte("job:1 mine")); err != nil {
				t.Error(err)
			}
		}
		return e.judge(t.Context())
	})
	if !first || err != nil || looks != 2 {
		t.Errorf("%v, %v after %d looks", first, err, looks)
	}
}
