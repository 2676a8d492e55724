package chaos

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// A fleet keeps as many worker processes alive as it was asked for: what ends
// is started again, as an orchestrator would.
type fleet struct {
	command func() *exec.Cmd
	blame   func(format string, args ...any) // notes a promise that was broken
	slots   []*slot
	stop    context.CancelFunc
	all     sync.WaitGroup
}

// An intent is why a process is expected to end.
type intent int

const (
	none intent = iota
	killed
	told // to stop, by SIGTERM
)

// A slot is where one process after another runs.
type slot struct {
	mu      sync.Mutex
	process *os.Process
	intent  intent
	output  *output
	ended   chan struct{} // closed when the process has ended
}

func newFleet(size int, command func() *exec.Cmd, blame func(string, ...any)) *fleet {
	ctx, stop := context.WithCancel(context.Background())
	f := &fleet{command: command, blame: blame, stop: stop}
	for range size {
		s := &slot{}
		f.slots = append(f.slots, s)
		f.all.Go(func() {
			for ctx.Err() == nil {
				f.runOne(ctx, s)
			}
		})
	}
	return f
}

// runOne runs one process to its end and judges that.
func (f *fleet) runOne(ctx context.Context, s *slot) {
	cmd, out := f.command(), &output{}
	cmd.Stdout, cmd.Stderr = out, out
	ended := make(chan struct{})
	defer close(ended)
	s.mu.Lock()
	if ctx.Err() != nil {
		s.mu.Unlock()
		return
	}
	err := cmd.Start()
	s.process, s.intent, s.output, s.ended = cmd.Process, none, out, ended
	s.mu.Unlock()
	if err != nil {
		f.blame("start a worker: %v", err)
		return
	}
	err = cmd.Wait()
	s.mu.Lock()
	why := s.intent
	s.process = nil
	s.mu.Unlock()
	switch {
	case out.has("DATA RACE") || out.has("panic: ") || out.has("fatal error: "):
		f.blame("a worker is broken:\n%s", out)
	case why == told && err != nil && out.served():
		f.blame("a worker that was told to stop ended with %v:\n%s", err, out)
	case why == none && out.served():
		f.blame("a worker ended by itself with %v:\n%s", err, out)
	}
}

// end sends a signal to the i-th process, if there is one that serves, and
// returns a channel that is closed when it has ended.
func (f *fleet) end(i int, why intent) <-chan struct{} {
	s := f.slots[i]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil || why == told && !s.output.served() {
		nothing := make(chan struct{})
		close(nothing)
		return nothing
	}
	s.intent = why
	signal := syscall.SIGTERM
	if why == killed {
		signal = syscall.SIGKILL
	}
	_ = s.process.Signal(signal) // it may have ended already
	return s.ended
}

// serving counts the processes that serve.
func (f *fleet) serving() (n int) {
	for _, s := range f.slots {
		s.mu.Lock()
		if s.process != nil && s.intent == none && s.output.served() {
			n++
		}
		s.mu.Unlock()
	}
	return n
}

// close tells all processes to stop, and starts no more. Those that do not
// stop in time are killed and blamed.
func (f *fleet) close(patience time.Duration) {
	f.stop()
	for i := range f.slots {
		ended := f.end(i, told)
		timer := time.NewTimer(patience)
		select {
		case <-ended:
		case <-timer.C:
			f.blame("a worker did not stop in %v", patience)
		}
		timer.Stop()
		<-f.end(i, killed)
	}
	f.all.Wait()
}
