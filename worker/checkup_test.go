package worker

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
)

// However many ask for health, and however often, components are asked once a second.
func TestComponentsAreAskedForHealthOnceASecond(t *testing.T) {
	t.Parallel()
	var asked, came, now atomic.Int64
	block := newGate()
	c := &checkup{
		ask: func(ctx context.Context) map[string]error {
			block.pass(ctx)
			if ctx.Err() != nil {
				t.Error("asked on the time of one who has left")
			}
			if asked.Add(1) == 1 {
				return map[string]error{"l2": errors.New("down")}
			}
			return map[string]error{"l2": nil}
		},
		clock: func() time.Time { came.Add(1); return time.UnixMilli(now.Load()) },
		most:  patience,
	}
	gone, leave := context.WithCancel(t.Context())
	var all sync.WaitGroup
	const callers = 20
	for range callers {
		all.Go(func() {
			if c.report(gone)["l2"] == nil {
				t.Error("it is said to be well, and is down")
			}
		})
	}
	await.That(t, "all have come, and one asks", func() bool { return came.Load() == callers+1 })
	leave() // who asks may leave: others wait for the answer
	now.Add(10 * checkupAge.Milliseconds())
	block.open()
	all.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times for %d who came together; want once", n, callers)
	}

	now.Add(checkupAge.Milliseconds())
	if c.report(t.Context())["l2"] != nil || asked.Load() != 2 {
		t.Errorf("a second later it is not asked again, %d times in all", asked.Load())
	}
	now.Add(checkupAge.Milliseconds() - 1)
	if c.report(t.Context()); asked.Load() != 2 {
		t.Errorf("asked again within a second")
	}
}

// What is told is the caller's own, and not what the next one is told.
func TestAReportOfHealthIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	c := &checkup{ask: func(context.Context) map[string]error { return map[string]error{"l2": nil} }, clock: time.Now, most: patience}
	c.report(t.Context())["l2"] = errors.New("mine")
	if c.report(t.Context())["l2"] != nil {
		t.Error("one caller's report is another's")
	}
	if got := (&checkup{clock: time.Now}).report(t.Context()); got == nil || len(got) > 0 {
		t.Errorf("nobody was asked, and %v was told", got)
	}
}
