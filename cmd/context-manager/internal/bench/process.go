package bench

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// readyMessage is what a child writes when it serves, and readyLevel the level
// of logging that it takes to see that of a worker.
const (
	readyMessage = "worker serves"
	readyLevel   = "info"
)

// readyLine is the line by which a child says so.
type readyLine struct {
	Message string `json:"message"`
	HTTP    string `json:"http,omitempty"`
}

// A process is one that is measured. It ends with its standard
// input, which is a pipe from this process: also if this one is killed.
type process struct {
	cmd  *exec.Cmd
	http string // base URL of its metrics
	why  string // it ended, in its own words; to be read when done is closed
	done chan struct{}
}

// startChild runs this program with args, for a server at a URL unless that is empty,
// and waits until it serves.
func startChild(ctx context.Context, sh *shell.Shell, url string, args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 30 * time.Second
	cmd.Env = environment(sh.Env, url)
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	if _, err := cmd.StdinPipe(); err != nil { // which Wait closes
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	child := &process{cmd: cmd, done: make(chan struct{})}
	ready := make(chan readyLine, 1)
	go child.watch(out, ready)
	go func() { _ = in.CloseWithError(cmd.Wait()) }() // ends watch, whose end is waited for
	select {
	case r := <-ready:
		child.http = r.HTTP
		return child, nil
	case <-child.done:
		return nil, fmt.Errorf("%s ended before it served: %s", args[0], cmp.Or(child.why, "it did not say why"))
	case <-time.After(time.Minute):
		child.stop()
		return nil, errors.New(args[0] + " did not serve within a minute")
	}
}

// environment is what children have of this process's. A ring that is named
// there is not the one that they are given, and two workers are not one. The URL
// may hold a password, which as an argument all users of the machine could read.
func environment(env shell.Environment, url string) []string {
	pairs := []string{urlVariable + "=" + url} // an empty one counts as not set
	for name, value := range env {
		if !slices.Contains([]string{urlVariable, "CTX_KEYS", "CTX_KEYS_DIR", "CTX_WORKER_NAME"}, name) {
			pairs = append(pairs, name+"="+value)
		}
	}
	return pairs
}

const urlVariable = "CTX_NATS_URL"

// watch reads what the child writes until it ends.
func (c *process) watch(out io.Reader, ready chan<- readyLine) {
	defer close(c.done)
	lines := bufio.NewScanner(out)
	told := false
	for lines.Scan() {
		if why, ok := strings.CutPrefix(lines.Text(), shell.Program+": "); ok {
			c.why = why
		}
		var line readyLine
		if !told && json.Unmarshal(lines.Bytes(), &line) == nil && line.Message == readyMessage {
			told = true
			ready <- line
		}
	}
}

// stop drains the child and waits until it is gone.
func (c *process) stop() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	<-c.done
}
