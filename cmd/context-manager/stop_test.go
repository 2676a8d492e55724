package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A worker is told to stop with both lanes full: it is held up until it has all
// of them before it. It answers every ask that was sent to it, ends well, and
// of the jobs that it leaves to another none is lost.
func TestSIGTERMUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	const jobs, asks = 40, 200
	w := newWorld(t)
	first := w.startWorker(t)
	load := &loadgen{client: w.client(t), acknowledged: make(map[string]bool)}
	load.burst(t, 1)
	once := &loadgen{client: w.clientOf(t, client.Options{Timeout: 30 * time.Second, Retries: -1}), acknowledged: make(map[string]bool)}
	sent := w.countAsks(t)

	first.signal(t, syscall.SIGSTOP)
	for i := range jobs {
		load.submit(t, fmt.Sprint("waiting-job-", i))
	}
	var callers sync.WaitGroup
	for i := range asks {
		callers.Go(func() { once.store(t, fmt.Sprint("waiting-ask-", i)) })
	}
	await.That(t, "the asks to be on their way", func() bool { return sent.Load() == asks })
	first.signal(t, syscall.SIGTERM)
	first.signal(t, syscall.SIGCONT)
	callers.Wait()
	maps.Copy(load.acknowledged, once.acknowledged)
	if err := first.wait(); err != nil {
		t.Errorf("it ended with %v:\n%s", err, first.logs.String())
	}
	w.startWorker(t)
	load.check(t)
}

// countAsks counts what is sent on the ask lane. When one is counted the
// server has sent it to a worker too.
func (w *world) countAsks(t *testing.T) *atomic.Int64 {
	t.Helper()
	subjects, err := messages.NewSubjects("")
	if err != nil {
		t.Fatal(err)
	}
	var sent atomic.Int64
	nc := natstest.Connect(t, w.server)
	if _, err := nc.Subscribe(subjects.AskAll(), func(*nats.Msg) { sent.Add(1) }); err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	return &sent
}

// A worker that cannot drain, as its network is away, is told a second time:
// it exits at once, and not with 0.
func TestASecondSignalEndsADrainAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	proxy := natstest.NewProxy(t, w.server.Addr().String())
	p := w.startWorkerWith(t, "CTX_KEYS_FILE="+w.ring, "CTX_NATS_URL="+proxy.URL(), "CTX_DRAIN_TIMEOUT=1h")
	must(t, w.env("CTX_TIMEOUT=25s"), "list", "--session", "s") // it is at work, and not at its start
	proxy.Cut()
	await.That(t, "the worker to notice", func() bool {
		_, ok := p.logged("lost the connection to NATS")
		return ok
	})
	p.signal(t, syscall.SIGTERM)
	await.That(t, "it to drain", func() bool {
		_, ok := p.logged("draining: no more requests are taken")
		return ok
	})
	ended := make(chan error, 1)
	go func() { ended <- p.wait() }()
	var err error
	await.That(t, "another signal to end it", func() bool {
		_ = p.cmd.Process.Signal(syscall.SIGTERM) // until one comes late enough to be another one
		select {
		case err = <-ended:
			return true
		default:
			return false
		}
	})
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitHurried {
		t.Errorf("it ended with %v; want exit code %d\n%s", err, exitHurried, p.logs.String())
	}
}

func TestSecondSignalExitsAtOnce(t *testing.T) {
	t.Parallel()
	signals := signalsOf(2)
	cancelled, code := false, -1
	watchSignals(signals, nil, secondsApart(), func() { cancelled = true }, func(c int) { code = c })
	if !cancelled || code != exitHurried {
		t.Errorf("cancelled %v, exit code %d", cancelled, code)
	}
}

// timeout, and others that stop a program, signal it and then the group that it
// is in: that is one wish to stop, and no hurry.
func TestASignalThatComesTwiceIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.startWorker(t)
	p.signal(t, syscall.SIGTERM)
	p.signal(t, syscall.SIGTERM)
	if err := p.wait(); err != nil {
		t.Errorf("it ended with %v:\n%s", err, p.logs.String())
	}

	signals, released := signalsOf(3), make(chan struct{})
	moment := func() time.Time {
		if len(signals) == 0 {
			close(released)
		}
		return time.Time{}
	}
	watchSignals(signals, released, moment, func() {}, func(int) { t.Error("it exited") })
}

func TestOneSignalLetsTheDrainFinish(t *testing.T) {
	t.Parallel()
	released := make(chan struct{})
	cancelled := false
	watchSignals(signalsOf(1), released, secondsApart(), func() { cancelled = true; close(released) }, func(int) { t.Error("it exited") })
	if !cancelled {
		t.Error("the first signal did nothing")
	}
}

// secondsApart is a clock by which whatever happens is a second after what was before.
func secondsApart() func() time.Time {
	var now time.Time
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

func signalsOf(n int) <-chan os.Signal {
	signals := make(chan os.Signal, n)
	for range n {
		signals <- os.Interrupt
	}
	return signals
}
