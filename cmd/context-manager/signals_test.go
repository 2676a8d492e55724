package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A session is the program as a process, as a person or a script has it.
type session struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out syncBuffer // of both streams
}

// startSession starts the program. It is gone when the test is.
func startSession(t *testing.T, env []string, args ...string) *session {
	t.Helper()
	s := &session{cmd: exec.CommandContext(context.Background(), program, args...)}
	s.cmd.Env = append(os.Environ(), env...)
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.out
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	})
	return s
}

// interrupt sends one signal, and wants the process to end with this code and these words.
func (s *session) interrupt(t *testing.T, sig syscall.Signal, code int, words string) {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(ended) }()
	eventually(t, "the process to end after "+sig.String(), func() bool {
		select {
		case <-ended:
			return true
		default:
			return false
		}
	})
	if got := s.cmd.ProcessState.ExitCode(); got != code || !strings.Contains(s.out.String(), words) {
		t.Errorf("%v: exit code %d, want %d and %q:\n%s", s.cmd.Args, got, code, words, s.out.String())
	}
}

// fifo makes a pipe with a name. The function tells when it has a reader, which
// from then on waits for what is written.
func fifo(t *testing.T) (path string, read func() bool) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, func() bool {
		writer, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if err == nil {
			t.Cleanup(func() { closeQuietly(writer) })
		}
		return err == nil
	}
}

func TestTheFirstSignalEndsACommandThatReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	t.Run("standard input", func(t *testing.T) {
		t.Parallel()
		s := startSession(t, w.env(), "store", "-", "--session", "s")
		if _, err := s.in.Write(make([]byte, 1<<20)); err != nil { // more than a pipe holds: it is being read
			t.Fatal(err)
		}
		s.interrupt(t, syscall.SIGINT, exitFailed, "Interrupted.")
	})
	t.Run("a file", func(t *testing.T) {
		t.Parallel()
		path, read := fifo(t)
		s := startSession(t, w.env(), "import", path)
		eventually(t, "it to be read", read)
		s.interrupt(t, syscall.SIGTERM, exitFailed, "Interrupted.")
	})
	t.Run("a key", func(t *testing.T) {
		t.Parallel()
		path, read := fifo(t)
		s := startSession(t, w.env("CTX_KEY_FILE="+path), "list", "--session", "s")
		eventually(t, "it to be read", read)
		s.interrupt(t, syscall.SIGTERM, exitFailed, "Interrupted.")
	})
}

// The ring is read when the worker is ready for it: SIGHUP is no reason to end before.
func TestSIGHUPBeforeTheFirstConnectionIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	port := w.server.Addr().(*net.TCPAddr).Port
	w.server.Shutdown()
	p := w.launchWorker(t, "CTX_KEYS_FILE="+w.ring)
	eventually(t, "it to try", func() bool {
		event, ok := p.logged("no connection yet")
		pause, _ := event["pause"].(string)
		return ok && strings.HasSuffix(pause, "ms")
	})
	p.signal(t, syscall.SIGHUP)
	natstest.Start(t, func(o *natsd.Options) { o.Port = port })
	eventually(t, "it to serve", func() bool {
		_, ok := p.logged("worker serves")
		return ok
	})
}

func TestDevDrainsWhenItsTerminalIsClosed(t *testing.T) {
	t.Parallel()
	s := startSession(t, nil, "dev", "--state", t.TempDir(), "--nats-port", "0", "--http", "127.0.0.1:0", "--l1", "8", "--no-sample")
	eventually(t, "dev to stay up", func() bool { return strings.Contains(s.out.String(), "Ctrl-C stops it.") })
	if out := s.out.String(); strings.Contains(out, sampleSession) || !strings.Contains(out, "store 'The invoice") {
		t.Errorf("without the sample there is nothing to ask about it:\n%s", out)
	}
	s.interrupt(t, syscall.SIGHUP, exitOK, "Stopped.")
}

// startBench measures on the world's server, and keeps its files in a folder of the test's.
func (w *world) startBench(t *testing.T, out io.Writer, args ...string) (*exec.Cmd, string) {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(context.Background(), program, append([]string{"bench", "--rounds", "1", "--callers", "2", "--l1", "8", "--only", "kv_put"}, args...)...)
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
	closeQuietly(reader)
	cmd, dir := w.startBench(t, writer, "--duration", "5ms")
	closeQuietly(writer)
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
	if err := os.Mkdir(others, privateFolder); err != nil {
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

// Nobody else has a bench remove what they made, and none follows a link.
func TestOnlyABenchsOwnFolderIsRemoved(t *testing.T) {
	t.Parallel()
	dir, elsewhere := t.TempDir(), t.TempDir()
	bare := filepath.Join(dir, benchFolder+"bare")
	if err := errors.Join(os.WriteFile(stateLock(elsewhere), nil, privateFile), os.Mkdir(bare, privateFolder),
		os.Symlink(elsewhere, filepath.Join(dir, benchFolder+"link"))); err != nil {
		t.Fatal(err)
	}
	removeDeadBenches(dir, time.Now().Add(time.Hour))
	for _, path := range []string{stateLock(elsewhere), bare, filepath.Join(dir, benchFolder+"link")} {
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := os.Lstat(stateLock(bare)); err == nil {
		t.Error("a lock was made where there was none")
	}
}
