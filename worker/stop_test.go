package worker

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A worker process is told to stop while a handler is held up. It takes nothing
// more, and does not end, however often it is given the chance. Once the
// handler may go on it answers, a job is settled, and the process ends well.
func TestAProcessThatIsToldToStopWaitsForWhatItHasBegun(t *testing.T) {
	t.Parallel()
	for _, lane := range []messages.Lane{messages.LaneAsk, messages.LaneJob} {
		t.Run(string(lane), func(t *testing.T) {
			t.Parallel()
			stopsWell(t, lane)
		})
	}
}

func stopsWell(t *testing.T, lane messages.Lane) {
	t.Helper()
	r := newRig(t)
	r.make(options{}) // makes the streams
	var asked atomic.Int64
	var free atomic.Bool
	if _, err := r.nc.Subscribe("test.held", func(m *nats.Msg) {
		answer := "wait"
		if asked.Add(1); free.Load() {
			answer = goOn
		}
		_ = m.Respond([]byte(answer))
	}); err != nil {
		t.Fatal(err)
	}
	victim := startVictim(t, victimURL+"="+r.server.URL(), victimHeld+"=test.held")
	victim.until(t, "it serves", func() bool { return r.refused() == nil })
	inbox, got := r.spy()
	if err := r.nc.PublishMsg(r.message(lane, aList.with(func(c *call) { c.reply = inbox }))); err != nil {
		t.Fatal(err)
	}
	victim.until(t, "a handler is held up", func() bool { return asked.Load() > 0 })
	if err := victim.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	victim.until(t, "it takes no more asks", func() bool { return errors.Is(r.refused(), nats.ErrNoResponders) })
	const chances = 200
	before := asked.Load()
	victim.until(t, "it had its chance to end", func() bool { return asked.Load() >= before+chances })
	free.Store(true)
	<-victim.ended
	if victim.err != nil {
		t.Errorf("it ended with %v\n%s", victim.err, victim.output.String())
	}
	if answers := got(); len(answers) != 1 || answers[0].Header.Get(envelope.HeaderSignature) == "" || answers[0].Header.Get(envelope.HeaderErrorCode) != "" {
		t.Errorf("the answers are %v; want the one to what it had begun", answers)
	}
	if n := r.count("CTX_JOBS"); n != 0 {
		t.Errorf("%d jobs are not settled", n)
	}
}

// refused sends an ask without a signature, which a worker refuses unread. What
// was sent before it on the same connection has been taken then.
func (r *rig) refused() error {
	_, err := r.nc.Request(r.subjects.Ask(testTenant, messages.OpList), nil, patience)
	return err
}

// A victim is a worker in a process of its own.
type victim struct {
	cmd    *exec.Cmd
	output bytes.Buffer
	ended  chan struct{} // closed when it has ended, with err
	err    error
}

func startVictim(t *testing.T, variables ...string) *victim {
	t.Helper()
	v := &victim{cmd: exec.CommandContext(context.Background(), os.Args[0]), ended: make(chan struct{})}
	v.cmd.Env = append(os.Environ(), variables...)
	v.cmd.Stdout, v.cmd.Stderr = &v.output, &v.output
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(v.ended)
		v.err = v.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = v.cmd.Process.Kill()
		<-v.ended
	})
	return v
}

// until waits for a condition, which comes before the process ends.
func (v *victim) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	await.That(t, what, func() bool {
		select {
		case <-v.ended:
			t.Fatalf("it ended before %s: %v\n%s", what, v.err, v.output.String())
		default:
		}
		return holds()
	})
}
