package tiers

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/tiers/page"
)

// A worker whose clock is behind merges a deletion with what it buries. How long
// that must stay counts from then on by the servers' clock, whatever its own says:
// others may have pages that hold what is buried.
func TestAClockThatIsBehindBringsNothingBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, quick)
	w.store(session("s"), "gone", "x")
	w.see(session("s"), page.Freshness{}) // a page that has it
	behind := onServer(t, w.server, newClock(), quick)
	behind.clock.advance(-48 * time.Hour)
	behind.servers = w.clock
	behind.add(session("s"), "d", deletes(behind.clock.now(), "gone"))
	if done, err := behind.Compact(t.Context(), session("s")); err != nil || !done {
		t.Fatalf("compacted: %v, %v", done, err)
	}
	w.sweepNow()
	if _, got := w.see(session("s"), page.Freshness{}); got != "" {
		t.Errorf("%q is there again", got)
	}
}
