package tiers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/page"
)

// The test binary, started again with these set, is a worker that does the
// work in the background until it is killed.
const (
	collectorURL  = "CTX_TEST_COLLECTOR_URL"
	collectorName = "CTX_TEST_COLLECTOR_NAME"
	collectorCap  = 10 // items of a session
)

// collectorMain is the life of such a worker. It returns only if something is wrong.
func collectorMain() {
	fmt.Fprintln(os.Stderr, runCollector(context.Background()))
	os.Exit(1)
}

func runCollector(ctx context.Context) error {
	nc, err := nats.Connect(os.Getenv(collectorURL))
	if err != nil {
		return err
	}
	cfg := Config{Worker: os.Getenv(collectorName), GC: GC{LeaseLife: 3 * time.Second, Interval: 5 * time.Millisecond, SessionItems: collectorCap}}
	t, err := Open(ctx, nc, cfg, Deps{})
	if err != nil {
		return err
	}
	return errors.Join(t.Run(ctx), errors.New("the collector ended by itself"))
}

// startCollector starts one as a process of its own, which ends with the test at the latest.
func (w *world) startCollector(name string) *exec.Cmd {
	w.t.Helper()
	c := exec.CommandContext(context.Background(), os.Args[0])
	c.Env = append(os.Environ(), collectorURL+"="+w.server.URL(), collectorName+"="+name)
	if err := c.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	return c
}

// collectorNow is the name of the worker that has the lease, "" if none has.
func (w *world) collectorNow() string {
	l := w.newLease()
	have, err := l.Stream.Last(w.t.Context(), l.Subject, time.Second)
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(string(have.Data), " ")
	return name
}

// overfill puts more items into a session than collectors leave there.
func (w *world) overfill(id string) {
	w.t.Helper()
	for i := range 2 * collectorCap {
		w.store(session(id), fmt.Sprint("i", i), "x")
	}
}

func (w *world) awaitTrimmed(id string) {
	w.t.Helper()
	await.That(w.t, "the session is brought below its cap", func() bool {
		v, _ := w.see(session(id), page.Freshness{})
		return v.Page.Len() <= collectorCap && v.Page.Len() > 0
	})
}

// The worker that collects is killed at its work. Of two that wait one takes
// over, by itself, and goes on where it was.
func TestAKilledCollectorsWorkIsTakenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.startCollector("first")
	w.overfill("before")
	w.awaitTrimmed("before")
	w.startCollector("second")
	w.startCollector("third")
	if name := w.collectorNow(); name != "first" {
		t.Fatalf("the lease is held by %q while the first lives", name)
	}
	w.overfill("meanwhile") // so that it dies at work
	if err := first.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	w.overfill("after")
	await.That(t, "another has the lease", func() bool {
		name := w.collectorNow()
		return name == "second" || name == "third"
	})
	w.awaitTrimmed("meanwhile")
	w.awaitTrimmed("after")
}
