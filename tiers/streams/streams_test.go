package streams

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A job that the server forgot to remove goes by its age, and none goes that a
// worker would still do: one is stored up to a window after it was signed, and
// a worker's clock may be late by another.
func TestJobsGoWhenTheyHaveBeenVoidForLong(t *testing.T) {
	t.Parallel()
	set := ensured(t, natstest.Start(t), Config{})
	if age := set.info(t, set.Names.Jobs).Config.MaxAge; age <= messages.MaxRequestLife+2*messages.TimeWindow {
		t.Errorf("jobs go after %v (0 is never); they are done until %v", age, messages.MaxRequestLife+2*messages.TimeWindow)
	}
}

// What any key can have written for nobody in particular has a limit, past which
// the oldest goes; what callers were told is stored is refused in time instead.
func TestDeadLettersAndAuditHaveALimit(t *testing.T) {
	t.Parallel()
	set := ensured(t, natstest.Start(t), Config{})
	for name, most := range map[string]int64{set.Names.Dead: 256 << 20, set.Names.Audit: 1 << 30} {
		if c := set.info(t, name).Config; c.MaxBytes != most || c.Discard != jetstream.DiscardOld {
			t.Errorf("%s: at most %d bytes, then %v", name, c.MaxBytes, c.Discard)
		}
	}
}

func TestJobsGoToTheConsumer(t *testing.T) {
	t.Parallel()
	set := ensured(t, natstest.Start(t), Config{})
	if _, err := set.deps.JS.Publish(t.Context(), set.subjects.Job("acme", messages.OpStore), []byte("x")); err != nil {
		t.Fatal(err)
	}
	c, err := set.deps.JS.Consumer(t.Context(), set.Names.Jobs, set.Names.Consumer)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := c.Next()
	if err != nil || msg.Ack() != nil {
		t.Fatal(err)
	}
	if p := c.CachedInfo().Config; p.MaxDeliver != -1 || p.AckPolicy != jetstream.AckExplicitPolicy {
		t.Fatalf("consumer %+v", p)
	}
}
