package worker

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/operations"
)

// A turnReader says whose session is read, and reads when the test lets it.
type turnReader struct {
	operations.Reader
	turns chan string
	next  chan struct{}
}

func (r turnReader) Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View) {
	r.turns <- session.ID
	select {
	case <-r.next:
	case <-ctx.Done():
	}
	return r.Reader.Read(ctx, session, user, f)
}

// A line is a worker that carries out one large request at a time, says whose,
// and ends its turn when the test lets it.
type line struct {
	*rig
	w       *running
	turns   chan string
	next    chan struct{}
	callers sync.WaitGroup
}

func newLine(t *testing.T, config func(*Config)) *line {
	t.Helper()
	l := &line{rig: newRig(t), turns: make(chan string, 100), next: make(chan struct{}, 100)}
	l.w = l.start(options{config: config, deps: func(d *Deps) {
		d.Reader = turnReader{Reader: d.Reader, turns: l.turns, next: l.next}
	}})
	return l
}

// large is a caller's request for a context, in as many bytes.
func large(caller string, size int) call {
	body := bytes.Repeat([]byte{' '}, size) // legal JSON may end in any amount of white space
	copy(body, fmt.Sprintf(`{"session":%q,"max_tokens":9}`, caller))
	return call{op: messages.OpAssemble, body: body}
}

// greedy sends so many, each as soon as the one before is answered.
func (l *line) greedy(caller string, size, times int, send func(call) outcome) {
	l.callers.Go(func() {
		for range times {
			if o := send(large(caller, size)); o.failed != nil {
				l.t.Errorf("%s: %v", caller, o.failed)
			}
		}
	})
}

// turn waits until somebody has a turn, which ends with done, and says who.
func (l *line) turn() string {
	l.t.Helper()
	select {
	case who := <-l.turns:
		return who
	case <-time.After(patience):
		l.t.Fatal("nobody has a turn")
		return ""
	}
}

func (l *line) done() { l.next <- struct{}{} }

// waited tells whether somebody waits for a turn: beside one of less than all
// that is carried out at once there is room for a byte, if nobody does.
func (l *line) waited() bool {
	if !l.w.heavies.bytes.TryAcquire(1) {
		return true
	}
	l.w.heavies.bytes.Release(1)
	return false
}

// An ask that finds no room holds nothing, and no place in a line: it may be
// passed over as often as others come first. It is told so each time, and when to
// come again, and is let in when it finds the room free.
func TestAnAskThatFindsNoRoomIsToldEachTime(t *testing.T) {
	t.Parallel()
	const size, passes = 600 << 10, 10
	l := newLine(t, func(c *Config) { c.AskInFlightBytes = size * 3 / 2 })
	taken := func() float64 { return testutil.ToFloat64(l.w.asks.load.bytes) }
	for range passes {
		l.greedy("lucky", size, 1, l.ask)
		if who := l.turn(); who != "lucky" {
			t.Fatalf("%s has the turn", who)
		}
		refused := fails(t, l.ask(large("late", size)), messages.CodeOverloaded)
		if !refused.Code.Retryable() || refused.RetryAfterMS != l.w.cfg.RetryAfter.Milliseconds() {
			t.Errorf("refused with %+v; want that it may be tried again, and when", refused)
		}
		if !strings.Contains(refused.Message, "job") {
			t.Errorf("refused with %q; want where such requests wait in line", refused.Message)
		}
		if taken() != size {
			t.Errorf("%v bytes in the room; want those of the lucky one", taken())
		}
		l.done()
		l.callers.Wait()
		await.That(t, "the room is free", func() bool { return taken() == 0 })
	}
	l.done()
	must[messages.AssembleReply](t, l.ask(large("late", size)))
	if who := l.turn(); who != "late" {
		t.Errorf("%s had the turn", who)
	}
}

// Large asks for which there is room as they came have their turns in the order
// they came, beside jobs: who asks again at once is behind those who wait.
func TestLargeAsksThatWaitHaveTheirTurnsInOrder(t *testing.T) {
	t.Parallel()
	const size = int(heavyAtOnce)/2 + 1
	l := newLine(t, nil)
	l.greedy("first", size, 2, l.ask)
	if who := l.turn(); who != "first" {
		t.Fatalf("%s has the turn", who)
	}
	l.greedy("late", size, 1, l.ask)
	await.That(t, "the late one waits", l.waited)
	l.greedy("job", size, 1, l.submit)
	l.done() // and the first asks again at once
	if who := l.turn(); who != "late" {
		t.Errorf("%s has the turn; want the one that waited", who)
	}
	for range 2 {
		l.done()
		l.turn()
	}
	l.done()
	l.callers.Wait()
}

// Jobs wait in the stream, whatever their size, and have their turns in its
// order: who sends another at once is behind those who wait.
func TestLargeJobsHaveTheirTurnsInOrder(t *testing.T) {
	t.Parallel()
	const size, rounds = 600 << 10, 3
	l := newLine(t, func(c *Config) { c.JobInFlightBytes = size * 3 / 2 })
	callers := []string{"first", "late", "third", "fourth"}
	for _, caller := range callers {
		l.publish(large(caller, size))
	}
	for i := range rounds * len(callers) {
		want := callers[i%len(callers)]
		if who := l.turn(); who != want {
			t.Fatalf("turn %d is that of the %s; want the %s", i, who, want)
		}
		if i < (rounds-1)*len(callers) {
			l.publish(large(want, size))
		}
		l.done()
	}
	l.idle()
}
