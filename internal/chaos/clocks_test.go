package chaos

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

func off(d time.Duration) func() time.Time { return func() time.Time { return time.Now().Add(d) } }

// A read is answered whichever side's clock is wrong, and by whatever the
// window allows, though it lives for seconds alone; a change is refused with a
// code past its expiry, since a worker cannot tell a wrong clock from a message
// that was held up. Past the window the caller gets a code that says so.
func TestClocksThatAreWrongOnTheAskLane(t *testing.T) {
	t.Parallel()
	for lead, want := range map[time.Duration][2]messages.Code{ // of a read and of a change, by the lead of the worker's clock before the caller's
		-10 * time.Minute: {messages.CodeOutsideWindow, messages.CodeOutsideWindow},
		-4 * time.Minute:  {},
		4 * time.Minute:   {"", messages.CodeExpired},
		10 * time.Minute:  {messages.CodeOutsideWindow, messages.CodeOutsideWindow},
	} {
		worker, caller := rig.Start(t, rig.Clock(off(lead))), rig.Start(t)
		for side, c := range map[string]*client.Client{
			"worker": worker.Client(func(o *client.Options) { o.Clock, o.Retries = time.Now, -1 }),
			"caller": caller.Client(func(o *client.Options) { o.Clock, o.Retries = off(-lead), -1 }),
		} {
			_, read := c.List(bounded(t), messages.ListRequest{Session: "s"})
			for i, err := range []error{read, put(t, c, "s", "", "x")} {
				if want[i] == "" && err != nil || want[i] != "" && !messages.HasCode(err, want[i]) {
					t.Errorf("the %s's clock is wrong, the worker's leads by %v: %v; want %q", side, lead, err, want[i])
				}
			}
		}
	}
}

// A job is done and answered whichever side's clock is wrong, the caller's within
// the window and the worker's by any amount. When it came and how long it lives
// is judged by the server's clock, which also dates the answer, so both may be
// wrong by more than it lives.
func TestClocksThatAreWrongOnTheJobLane(t *testing.T) {
	t.Parallel()
	const short, long = time.Minute, time.Hour
	for name, is := range map[string]struct {
		worker, caller, life time.Duration
		done                 bool
	}{
		"caller behind":                           {caller: -4 * time.Minute, life: short, done: true},
		"caller ahead":                            {caller: 4 * time.Minute, life: short, done: true},
		"caller out of the window":                {caller: -6 * time.Minute, life: long},
		"worker behind":                           {worker: -4 * time.Minute, life: short, done: true},
		"worker ahead":                            {worker: 4 * time.Minute, life: long, done: true},
		"worker ahead by more than it lives":      {worker: 4 * time.Minute, life: short, done: true},
		"worker far ahead":                        {worker: time.Hour, life: short, done: true},
		"caller out of the window, worker as far": {worker: -6 * time.Minute, caller: -6 * time.Minute, life: long},
		"worker ahead and caller behind":          {worker: 2 * time.Minute, caller: -2 * time.Minute, life: long, done: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rig.Start(t, rig.Clock(off(is.worker)))
			c := r.Client(func(o *client.Options) { o.Clock, o.JobLife = off(is.caller), is.life })
			ctx, job := bounded(t), messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: "x"}}}
			if is.done {
				if err := c.SubmitAndWait(ctx, messages.OpStore, job, &messages.StoreReply{}); err != nil {
					t.Fatal(err)
				}
			} else {
				receipt, err := c.Submit(ctx, messages.OpStore, job)
				if err != nil {
					t.Fatal(err)
				}
				awaitSettled(t, r, receipt.Seq)
			}
			now := r.Client(func(o *client.Options) { o.Clock = off(is.worker) })
			got, err := now.List(ctx, messages.ListRequest{Session: "s"})
			if err != nil || (got.Total == 1) != is.done {
				t.Errorf("%d items, %v; want the job done: %t", got.Total, err, is.done)
			}
		})
	}
}

// awaitSettled waits until the workers have settled a job, one way or the other.
func awaitSettled(t *testing.T, r *rig.Rig, job uint64) {
	t.Helper()
	js, err := jetstream.New(r.Connect())
	if err != nil {
		t.Fatal(err)
	}
	poll(t, func() bool {
		consumer, err := js.Consumer(t.Context(), "CTX_JOBS", "ctx-workers")
		return err == nil && consumer.CachedInfo().AckFloor.Stream >= job
	})
}
