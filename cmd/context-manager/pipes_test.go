package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// A piped is the program before another one that reads what it writes.
type piped struct {
	cmd *exec.Cmd
	out *os.File
}

// startPiped starts the program with both streams in a pipe, and reads until these words come.
func startPiped(t *testing.T, words string, env []string, args ...string) *piped {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), shell.Program, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), env...), writer, writer
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	t.Cleanup(func() {
		reader.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	var said strings.Builder
	for part := make([]byte, 1<<10); !strings.Contains(said.String(), words); {
		n, err := reader.Read(part)
		if err == io.EOF {
			t.Fatalf("it ended without %q:\n%s", words, said.String())
		}
		said.Write(part[:n])
	}
	return &piped{cmd: cmd, out: reader}
}

// A signal from the keyboard ends tee at once, and what the program says of its
// drain finds no reader: it drains all the same.
func TestADrainThatNobodyHearsOfIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for words, args := range map[string][]string{
		"worker serves":   {"worker", "--http", "127.0.0.1:0", "--l1", "8"},
		"Ctrl-C stops it": {"dev", "--state", t.TempDir(), "--nats-port", "0", "--http", "127.0.0.1:0", "--l1", "8", "--no-sample"},
	} {
		p := startPiped(t, words, w.env("CTX_KEYS_FILE="+w.ring), args...)
		p.out.Close()
		if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		if err := p.cmd.Wait(); err != nil {
			t.Errorf("%s ended with %v", args[0], err)
		}
	}
}
