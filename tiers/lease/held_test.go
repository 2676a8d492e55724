package lease

import (
	"context"
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/jet"
)

// Who does not learn in time what became of its key looks who holds it.
func TestWhoeverHoldsALeaseIsLookedUpWhenTheAnswerIsLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l, other := w.lease(time.Hour), w.lease(time.Hour)
	l.WriteAttempt, other.WriteAttempt = 1, 1                         // answers are late
	await.That(t, "a lease that nobody holds is taken", func() bool { // the first look may come before it is stored
		_, err := l.take(t.Context())
		return err == nil
	})
	if _, err := other.take(t.Context()); err == nil {
		t.Error("a lease that another holds was taken")
	}
}

// A lease is not given back while its work goes on.
func TestALeaseIsHeldUntilItsWorkHasEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l, heir := w.lease(time.Hour), w.lease(time.Hour)
	revision, err := l.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	l.keep(ctx, revision, func(ctx context.Context) {
		cancel()
		<-ctx.Done()
		for range 20 {
			if _, err := heir.take(t.Context()); !jet.Conflicted(err) {
				t.Errorf("another has it while the work goes on: %v", err)
				return
			}
			jet.Pause(t.Context(), 5*time.Millisecond)
		}
	})
	if _, err := heir.take(t.Context()); err != nil {
		t.Errorf("it was not given back: %v", err)
	}
}
