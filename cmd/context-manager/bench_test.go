package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/local"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// startBench measures on the world's server, and keeps its files in dir.
func (w *world) startBench(t *testing.T, dir string, out io.Writer, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), shell.Program, append([]string{"bench", "--rounds", "1", "--callers", "2", "--l1", "8", "--only", "kv_put"}, args...)...)
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "CTX_NATS_URL="+w.server.URL())
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

// streams names all that the world's server has.
func (w *world) streams(t *testing.T) []string {
	t.Helper()
	js, err := jetstream.New(natstest.Connect(t, w.server))
	if err != nil {
		t.Fatal(err)
	}
	names := js.StreamNames(t.Context())
	all := slices.Collect(channel(names.Name()))
	if names.Err() != nil {
		t.Fatal(names.Err())
	}
	return all
}

// A bench that nobody reads the report of takes away all that it made, on the server and beside it.
func TestABenchLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reader.Close()
	dir := t.TempDir()
	cmd := w.startBench(t, dir, writer, "--duration", "5ms")
	writer.Close()
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != exitFailed {
		t.Errorf("it ended with %v; want exit code %d", err, exitFailed)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
	if left := w.streams(t); len(left) > 0 {
		t.Errorf("streams are left: %v", left)
	}
}

// channel gives what comes from a channel until it is closed.
func channel[T any](c <-chan T) func(func(T) bool) {
	return func(yield func(T) bool) {
		for v := range c {
			if !yield(v) {
				return
			}
		}
	}
}

// Nothing holds the lock on its folder then, so that the next bench at that
// server removes it, and what it made there.
func TestABenchThatIsKilledTakesItsProcessesWithItAndTheNextTheRest(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	w.killBench(t, dir, "--prefix", "team.a")
	all := w.streams(t)
	for _, name := range all {
		if !strings.Contains(strings.ToLower(name), "team-a-bench-") {
			t.Errorf("the stream %s is not under the bench's prefix", name)
		}
	}
	if len(all) < 14 { // the workers', and perhaps the echo's
		t.Errorf("it had made %v", all)
	}
	newWorld(t).nextBench(t, dir, 1) // which knows nothing of the streams here
	w.nextBench(t, dir, 0)
	if left := w.streams(t); len(left) > 0 {
		t.Errorf("streams are left: %v", left)
	}
}

// nextBench runs one to its end, and wants so many folders of killed ones to be left.
func (w *world) nextBench(t *testing.T, dir string, left int) {
	t.Helper()
	if err := w.startBench(t, dir, io.Discard, "--duration", "5ms").Wait(); err != nil {
		t.Fatalf("the next bench: %v", err)
	}
	if folders, err := os.ReadDir(dir); err != nil || len(folders) != left {
		t.Errorf("folders are left: %v, %v; want %d", folders, err, left)
	}
}

// killBench has one killed in the middle of its work, some time ago.
func (w *world) killBench(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := w.startBench(t, dir, io.Discard, append(args, "--duration", "1h")...)
	await.That(t, "two workers, an echo and four of the bench to be connected", func() bool { return w.server.Inner().NumClients() == 7 })
	folders, err := filepath.Glob(filepath.Join(dir, "context-manager-bench-*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("its folders: %v, %v", folders, err)
	}
	lock := local.LockFile(folders[0])
	if _, err := files.Lock(lock); !errors.Is(err, files.ErrLocked) {
		t.Errorf("the folder of a live bench is not locked: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	await.That(t, "all of them to be gone", func() bool { return w.server.Inner().NumClients() == 0 })
	await.That(t, "its folder to be free", func() bool {
		unlock, err := files.Lock(lock)
		if err == nil {
			unlock()
		}
		return err == nil
	})
	if err := os.Chtimes(lock, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
}
