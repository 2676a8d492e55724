package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
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

// Its folder goes with the next bench, which lets those of live ones be.
func TestABenchThatIsKilledTakesItsProcessesWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	began := time.Now()
	cmd, dir := w.startBench(t, io.Discard, "--duration", "1h")
	eventually(t, "two workers, an echo and four of the bench to be connected", func() bool { return w.server.Inner().NumClients() == 7 })
	others := filepath.Join(dir, "context-manager-else")
	if err := os.Mkdir(others, files.PrivateFolder); err != nil {
		t.Fatal(err)
	}
	later := began.Add(time.Hour)
	left := func() int {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	if removeDeadBenches(dir, later); left() != 2 {
		t.Error("the folder of a live bench was removed")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all of them to be gone", func() bool { return w.server.Inner().NumClients() == 0 })
	if removeDeadBenches(dir, began); left() != 2 {
		t.Error("a folder was removed whose bench may be about to lock it")
	}
	if removeDeadBenches(dir, later); left() != 1 {
		t.Error("the folder of a dead bench is still there, or another one is gone")
	}
}
