package worker

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages"
)

// Of fetched jobs that wait unopened there is one batch, so a worker asks for
// more when it has taken all of those that it asked for, and not at half of them.
func TestOneBatchOfJobsIsFetchedAtOnce(t *testing.T) {
	t.Parallel()
	const batch = 8
	r := newRig(t)
	w := r.start(options{config: func(c *Config) { c.JobBatch = batch }})
	consumer, err := r.js.Consumer(t.Context(), w.cfg.Jobs, w.cfg.JobConsumer)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 3 * batch {
		r.submit(call{op: messages.OpStats, body: messages.StatsRequest{Session: "s"}})
		if n%batch == batch-1 {
			continue
		}
		for range 4 { // a second fetch would be on its way
			if info := mustInfo(t, consumer); info.NumWaiting > 1 {
				t.Fatalf("after %d jobs %d fetches wait at the server", n+1, info.NumWaiting)
			}
		}
	}
}

func mustInfo(t *testing.T, c jetstream.Consumer) *jetstream.ConsumerInfo {
	t.Helper()
	info, err := c.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// A bodyMsg is a message of which the size alone is looked at.
type bodyMsg struct {
	message
	body []byte
}

func (m bodyMsg) Data() []byte { return m.body }

// A job that comes when no work begins any more is left alone, and takes up nothing.
func TestAJobThatComesTooLateTakesNoRoom(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.JobInFlight = 1 }})
	w.crew.close()
	l := &jobLane{w: w.Worker, work: t.Context()}
	l.take(bodyMsg{body: []byte("{}")})
	if n := testutil.ToFloat64(w.metrics.inFlight.WithLabelValues("job")); n != 0 {
		t.Errorf("%v jobs are in flight; want none", n)
	}
}
