package worker

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

// An operator makes the consumer anew, with less room than before and then with
// more: what a job may take follows, in a worker that runs.
func TestAConsumerThatIsMadeAnewBoundsJobsAnew(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	configured := *w.bounds.Load()
	for _, c := range []struct {
		ackWait time.Duration
		pending int
		want    jobBounds
	}{
		{3 * time.Second, 5 * putOffShare, jobBounds{2 * time.Second, putOffBounds{5, configured.putOff.bytes}}},
		{time.Hour, -1, configured},
	} {
		r.renewConsumer(func(config *jetstream.ConsumerConfig) { config.AckWait, config.MaxAckPending = c.ackWait, c.pending })
		must[messages.StoreReply](t, r.submit(aStore))
		await.That(t, "a job has what the new one leaves it", func() bool { return *w.bounds.Load() == c.want })
	}
}

// Where the consumer was changed in place, or made anew while the connection
// was away, the job lane loses nothing that it would look for. The next look at
// how far it is behind tells.
func TestAConsumerThatIsChangedInPlaceBoundsJobsAnew(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{config: func(c *Config) { c.LagInterval = 10 * time.Millisecond }})
	config := r.jobConsumer()
	config.AckWait = 3 * time.Second
	if _, err := r.js.UpdateConsumer(t.Context(), w.cfg.Jobs, config); err != nil {
		t.Fatal(err)
	}
	await.That(t, "a job has less time", func() bool { return w.bounds.Load().timeout == 2*time.Second })
}
