package lease

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
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

// A renewal that is refused since another has the lease is the last one; of those
// that have no answer the third in a row is.
func TestALeaseIsGivenUpAfterOneRefusalOrThreeSilences(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		subject string
		answer  time.Duration
		most    int
	}{"refused": {"lease.gc", 10 * time.Second, 1}, "without an answer": {"nobody.gc", time.Millisecond, 3}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if _, err := w.lease(time.Hour).take(t.Context()); err != nil {
				t.Fatal(err)
			}
			l := w.lease(20 * time.Millisecond) // renewed every 5
			l.Subject, l.WriteAttempt = c.subject, c.answer
			renewals := natstest.Count(t, natstest.Connect(t, w.server), c.subject)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if last := l.renew(ctx, 7); last != 0 {
				t.Errorf("kept at %d", last)
			}
			if n := renewals(); n != c.most {
				t.Errorf("renewed %d times; want %d", n, c.most)
			}
		})
	}
}

// Silences count in a row: a renewal that is answered begins a new one.
func TestALeaseOutlivesSilencesThatAreNotInARow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nc := natstest.Connect(t, w.server)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	renewals := 0
	if _, err := nc.Subscribe("test.gc", func(m *nats.Msg) {
		answer := `{"error":{"code":503,"err_code":10077}}` // nothing is known by it
		if renewals++; renewals%3 == 0 {
			answer = fmt.Sprintf(`{"stream":"LEASES","seq":%d}`, renewals)
		}
		if renewals == 9 {
			cancel()
		}
		if err := m.Respond([]byte(answer)); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	l := w.lease(20 * time.Millisecond)
	l.Subject = "test.gc"
	if last := l.renew(ctx, 7); last != 9 {
		t.Errorf("kept at %d; want 9", last)
	}
}
