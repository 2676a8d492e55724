package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/local"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// startBench measures on the world's server, and keeps its files in a folder of the test's.
func (w *world) startBench(t *testing.T, out io.Writer, args ...string) (*exec.Cmd, string) {
	t.Helper()
	dir := t.TempDir()
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
	return cmd, dir
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
	cmd, dir := w.startBench(t, writer, "--duration", "5ms")
	writer.Close()
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != exitFailed {
		t.Errorf("it ended with %v; want exit code %d", err, exitFailed)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
	js, err := jetstream.New(natstest.Connect(t, w.server))
	if err != nil {
		t.Fatal(err)
	}
	streams := js.StreamNames(t.Context())
	if left := slices.Collect(channel(streams.Name())); len(left) > 0 || streams.Err() != nil {
		t.Errorf("streams are left: %v, %v", left, streams.Err())
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

// Nothing holds the lock on its folder then, so that the next bench removes it.
func TestABenchThatIsKilledTakesItsProcessesWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cmd, dir := w.startBench(t, io.Discard, "--duration", "1h")
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
}
