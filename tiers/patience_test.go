package tiers

import (
	"context"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// Whoever asks with deadlines that pass at once cannot have a tier left alone
// for others; callers that waited long enough can.
func TestCallersInAHurryDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	const attempt = 100 * time.Millisecond
	w := newWorld(t, func(c *Config) { c.Read.Attempt, c.Read.Deadline = attempt, attempt })
	w.swallow(w.short)
	read := func(patience time.Duration) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if s, _ := w.Read(ctx, session("s"), messages.Owner{}, page.Freshness{}); s.Err == nil {
			t.Fatal("a tier that answers nothing was read")
		}
	}
	for range 4 * w.cfg.Breaker.Failures {
		read(attempt / 4)
	}
	if w.short.reads.open() {
		t.Fatal("callers in a hurry opened the breaker")
	}
	for range w.cfg.Breaker.Failures {
		read(5 * attempt)
	}
	if !w.short.reads.open() {
		t.Fatal("the breaker stayed closed though the tier never answered")
	}
}
