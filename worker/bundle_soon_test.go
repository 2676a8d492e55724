package worker

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// What is done is answered soon, however long another of its bundle takes: its caller may have little time.
func TestAnAnswerDoesNotWaitForTheSlowestOfItsBundle(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var done time.Time
	release := make(chan struct{})
	r.start(options{worker: func(w *Worker) {
		w.operations[messages.OpList] = as(func(_ context.Context, what string) (any, error) {
			if what == "slow" {
				<-release
				return map[string]string{}, nil
			}
			<-time.After(1100 * time.Millisecond)
			done = time.Now()
			return map[string]string{}, nil
		})
	}})
	c := call{op: messages.OpList, reply: nats.NewInbox(), body: messages.AppendBundle(nil, [][]byte{[]byte(`{"what":"slow"}`), []byte(`{"what":"soon"}`)})}
	sub, err := r.nc.SubscribeSync(c.reply)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.nc.PublishMsg(r.message(messages.LaneAsk, c)); err != nil {
		t.Fatal(err)
	}
	_, err = sub.NextMsg(patience)
	came := time.Now()
	close(release)
	if err != nil {
		t.Fatal(err)
	}
	if waited := came.Sub(done); waited > 500*time.Millisecond {
		t.Errorf("the answer was sent %s after it was there", waited)
	}
}
