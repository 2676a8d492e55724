package tiers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
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
