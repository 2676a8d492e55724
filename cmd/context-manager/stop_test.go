package main

import (
	"errors"
	"os/exec"
	"sync"
	"syscall"
	"testing"

	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// One of two workers is told to stop with both lanes full. It ends well, and
// everything that was acknowledged is there.
func TestSIGTERMUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.startWorker(t)
	w.startWorker(t)
	load := &loadgen{client: w.client(t), acknowledged: make(map[string]bool)}
	eventually(t, "it to have done asks and jobs", func() bool {
		load.burst(t, 10)
		return first.served(t, "ask") > 0 && first.served(t, "job") > 0
	})
	var rest sync.WaitGroup
	before := load.begun()
	rest.Go(func() { load.burst(t, 150) })
	eventually(t, "the middle of the work", func() bool { return load.begun() > before+50 })
	first.signal(t, syscall.SIGTERM)
	if err := first.wait(); err != nil {
		t.Errorf("it ended with %v:\n%s", err, first.logs.String())
	}
	rest.Wait()
	load.check(t)
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
	eventually(t, "the worker to notice", func() bool {
		_, ok := p.logged("lost the connection to NATS")
		return ok
	})
	p.signal(t, syscall.SIGTERM)
	eventually(t, "it to drain", func() bool {
		_, ok := p.logged("draining: no more requests are taken")
		return ok
	})
	p.signal(t, syscall.SIGTERM)
	err := p.wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitHurried {
		t.Errorf("it ended with %v; want exit code %d\n%s", err, exitHurried, p.logs.String())
	}
}
