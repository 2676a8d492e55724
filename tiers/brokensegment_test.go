package tiers

import (
	"strings"
	"testing"

	"github.com/context-manager/context-manager/internal/transcript"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// What cannot be read is no outage, and does not pass: who asks is not told to try
// again, and the log says what to do about which segment.
func TestASegmentThatCannotBeReadIsNoOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var logged transcript.Text
	w.Tiers.log = w.Tiers.log.Output(&logged)
	w.store(session("s"), "a", "1")
	segment := puts(w.clock.now(), item("b", "2"))
	w.add(session("s"), "broken", segment[:len(segment)-1])
	if v := w.view(session("s"), page.Freshness{}); !messages.HasCode(v.Err, messages.CodeInternal) {
		t.Errorf("%v", v.Err)
	}
	if _, _, err := w.Applied(t.Context(), session("s"), "other", 0); !messages.HasCode(err, messages.CodeInternal) {
		t.Errorf("of what was applied: %v", err)
	}
	if said := logged.String(); !strings.Contains(said, "sequence 2") || !strings.Contains(said, "KV_ctx_short") || !strings.Contains(said, "rmm") {
		t.Errorf("logged: %s", said)
	}
}

// What a newer worker wrote is read by that one, while workers are upgraded.
func TestASegmentOfANewerVersionIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var logged transcript.Text
	w.Tiers.log = w.Tiers.log.Output(&logged)
	segment := puts(w.clock.now(), item("a", "1"))
	segment[3]++ // the version
	w.add(session("s"), "newer", segment)
	if v := w.view(session("s"), page.Freshness{}); !messages.HasCode(v.Err, messages.CodeUnavailable) || !strings.Contains(logged.String(), "upgrade this worker") {
		t.Errorf("%v; logged: %s", v.Err, logged.String())
	}
}

// A segment that no message holds is its caller's fault, and not the tier's.
func TestWhatIsTooLargeDoesNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	large := make([]byte, w.nc.MaxPayload()+1)
	for range w.cfg.Breaker.Failures {
		if _, err := w.Append(t.Context(), session("s"), "large", large, page.Condition{}); !messages.HasCode(err, messages.CodeTooLarge) {
			t.Fatal(err)
		}
	}
	w.store(session("s"), "a", "1")
}

// Who had too much on its way to ask says that, and not that the ledger was slow.
func TestALedgerThatIsNotAskedIsNotBlamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.ledger.failure(jet.ErrBusy); !messages.HasCode(err, messages.CodeUnavailable) || !strings.Contains(err.Error(), jet.ErrBusy.Error()) {
		t.Error(err)
	}
}
