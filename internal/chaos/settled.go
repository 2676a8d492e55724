package chaos

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages/envelope"
)

// awaitSettled waits until every job is settled, and says what is left if not.
func (r *run) awaitSettled(js jetstream.JetStream) {
	r.t.Helper()
	done := r.until(recoveryTime, "every job is settled", func() bool {
		q, err := look(js)
		return err == nil && q.settled()
	})
	q, err := look(js)
	switch {
	case err != nil:
		r.log("what is left of the jobs cannot be read: %v", err)
	case !done:
		r.log("what is left of the jobs: %s", q)
	case q.state.Msgs > 0:
		r.log("the server still keeps %d jobs that are settled", q.state.Msgs)
	}
}

// A queue is where the stream of jobs and its consumer stand.
type queue struct {
	state    jetstream.StreamState
	consumer *jetstream.ConsumerInfo
	first    *jetstream.RawStreamMsg // the oldest job that is kept, nil if none
}

func look(js jetstream.JetStream) (queue, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	s, err := js.Stream(ctx, "CTX_JOBS")
	if err != nil {
		return queue{}, err
	}
	consumer, err := s.Consumer(ctx, "ctx-workers")
	if err != nil {
		return queue{}, err
	}
	q := queue{state: s.CachedInfo().State, consumer: consumer.CachedInfo()}
	if q.state.Msgs > 0 {
		q.first, _ = s.GetMsg(ctx, q.state.FirstSeq) // it may be gone by now
	}
	return q, nil
}

// settled tells whether every job is: then the consumer's floor of
// acknowledgements has reached the last of them.
//
// How many the stream keeps does not tell. A server that stops between an
// acknowledgement that its consumer has noted and the removal of the job keeps
// it when it starts again (seen with nats-server 2.15.2: what is behind the
// floor of a work queue is looked for in clusters alone, and there every two
// minutes). Such a job is delivered to nobody; its age removes it.
func (q queue) settled() bool {
	return q.consumer.AckFloor.Stream >= q.state.LastSeq && q.consumer.NumAckPending == 0 && q.consumer.NumPending == 0
}

func (q queue) String() string {
	c := q.consumer
	text := fmt.Sprintf("stream %+v; delivered %+v, ack floor %+v, %d ack pending, %d redelivered, %d pending, %d waiting",
		q.state, c.Delivered, c.AckFloor, c.NumAckPending, c.NumRedelivered, c.NumPending, c.NumWaiting)
	if m := q.first; m != nil {
		text += fmt.Sprintf("; the first: %d %s %s", m.Sequence, m.Subject, m.Header.Get(envelope.HeaderID))
	}
	return text
}
