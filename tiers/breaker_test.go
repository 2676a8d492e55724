package tiers

import (
	"errors"
	"testing"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/jet"
)

// Whoever waits for a probe gets the answer of the breaker at once: when the
// time has come one request is let through, and the rest not before it is over.
func TestABreakerLetsOneProbeThrough(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Breaker = Breaker{Failures: 1, Open: time.Millisecond} })
	b := w.newBreaker("probed")
	failed, err := b.allow()
	if err != nil {
		t.Fatal(err)
	}
	failed(jet.ErrTimeout)
	if b.inner.State() == gobreaker.StateClosed { // or half open: a millisecond may have passed
		t.Fatal("a failure did not open it")
	}
	var probe func(error)
	await.That(t, "a probe is let through", func() bool {
		probe, err = b.allow()
		return err == nil
	})
	for range 10 {
		if _, err := b.allow(); !errors.Is(err, errOpen) {
			t.Fatalf("a second request beside the probe: %v", err)
		}
	}
	probe(nil)
	if _, err := b.allow(); err != nil {
		t.Fatalf("after a probe that went well: %v", err)
	}
}

// A caller that is told to wait for a breaker can try several times in a time
// that callers give: the outage may be over at any moment.
func TestABreakerAddsLittleToAnOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	told := w.short.unavailable(errOpen)
	var coded *messages.Error
	if !errors.As(told, &coded) || coded.RetryAfterMS <= 0 || 5*coded.RetryAfterMS > client.DefaultTimeout.Milliseconds() {
		t.Errorf("%v: wait %d ms, of %v that a call may take", told, coded.RetryAfterMS, client.DefaultTimeout)
	}
}

// What a write may take, and a job's attempts, outlast an election of leaders.
func TestWritesOutlastALeaderElection(t *testing.T) {
	t.Parallel()
	if d := (Config{}).withDefaults().Write.Deadline; d < 15*time.Second {
		t.Errorf("a write is given up after %v: an election takes up to 15 s", d)
	}
}
