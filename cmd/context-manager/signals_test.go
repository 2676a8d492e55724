package main

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/transcript"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A session is the program as a process, as a person or a script has it.
type session struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out transcript.Text // of both streams
}

// startSession starts the program. It is gone when the test is.
func startSession(t *testing.T, env []string, args ...string) *session {
	t.Helper()
	s := &session{cmd: exec.CommandContext(context.Background(), shell.Program, args...)}
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
	await.That(t, "the process to end after "+sig.String(), func() bool {
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
			t.Cleanup(func() { writer.Close() })
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
		await.That(t, "it to be read", read)
		s.interrupt(t, syscall.SIGTERM, exitFailed, "Interrupted.")
	})
	t.Run("a key", func(t *testing.T) {
		t.Parallel()
		path, read := fifo(t)
		s := startSession(t, w.env("CTX_KEY_FILE="+path), "list", "--session", "s")
		await.That(t, "it to be read", read)
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
	await.That(t, "it to try", func() bool {
		event, ok := p.logged("no connection yet")
		pause, _ := event["pause"].(string)
		return ok && strings.HasSuffix(pause, "ms")
	})
	p.signal(t, syscall.SIGHUP)
	natstest.Start(t, func(o *natsd.Options) { o.Port = port })
	await.That(t, "it to serve", func() bool {
		_, ok := p.logged("worker serves")
		return ok
	})
}

func TestDevDrainsWhenItsTerminalIsClosed(t *testing.T) {
	t.Parallel()
	s := startSession(t, nil, "dev", "--state", t.TempDir(), "--nats-port", "0", "--http", "127.0.0.1:0", "--l1", "8", "--no-sample")
	await.That(t, "dev to stay up", func() bool { return strings.Contains(s.out.String(), "Ctrl-C stops it.") })
	if out := s.out.String(); strings.Contains(out, sampleSession) || !strings.Contains(out, "store 'The invoice") {
		t.Errorf("without the sample there is nothing to ask about it:\n%s", out)
	}
	s.interrupt(t, syscall.SIGHUP, exitOK, "Stopped.")
}
