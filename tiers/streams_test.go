package tiers

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
)

// A job that the server forgot to remove goes by its age, and none goes that a
// worker would still do: one is stored up to a window after it was signed, and
// a worker's clock may be late by another.
func TestJobsGoWhenTheyHaveBeenVoidForLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, err := w.js.Stream(t.Context(), w.names.Jobs)
	if err != nil {
		t.Fatal(err)
	}
	if age := s.CachedInfo().Config.MaxAge; age <= messages.MaxRequestLife+2*messages.TimeWindow {
		t.Errorf("jobs go after %v (0 is never); they are done until %v", age, messages.MaxRequestLife+2*messages.TimeWindow)
	}
}

// What any key can have written for nobody in particular has a limit, past which
// the oldest goes; what callers were told is stored is refused in time instead.
func TestDeadLettersAndAuditHaveALimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, most := range map[string]int64{w.names.Dead: 256 << 20, w.names.Audit: 1 << 30} {
		s, err := w.js.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if c := s.CachedInfo().Config; c.MaxBytes != most || c.Discard != jetstream.DiscardOld {
			t.Errorf("%s: at most %d bytes, then %v", name, c.MaxBytes, c.Discard)
		}
	}
}

// A byte limit that an operator has set is theirs to set. That there is none is said.
func TestAByteLimitIsNoDrift(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for limit, want := range map[int64]float64{1 << 20: 0, 4 << 30: 0, -1: 1} {
		have := w.cfg.streams(w.names, w.subjects)[1]
		wanted := have
		have.MaxBytes = limit
		if err := w.noteDrift(wanted, have); err != nil {
			t.Fatal(err)
		}
		if n := metric(t, w.reg, "context_manager_stream_drift", "stream", w.names.Dead); n != want {
			t.Errorf("a limit of %d: a drift of %v; want %v", limit, n, want)
		}
	}
}
