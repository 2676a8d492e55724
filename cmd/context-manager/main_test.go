package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// TestMain makes the test binary stand for the program too, so that scripts
// and tests can start it as a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(leakChecked{m}, map[string]func(){shell.Program: main})
}

// leakChecked fails a run of tests that leaves goroutines behind.
//
// A server of a cluster that is stopped and started may leave the store of a
// stream running, and the clock of stores with it (nats-server 2.15.2, seen once
// on a busy machine): that says nothing of the program.
type leakChecked struct{ *testing.M }

func (m leakChecked) Run() int {
	if err := unsetOwn(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.M.Run()
	err := goleak.Find(append(natstest.Lasting(),
		goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server.(*fileStore).flushStreamStateLoop"))...)
	if err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// unsetOwn takes the program's variables, which whoever uses it has in the shell, from the processes
// that tests start.
func unsetOwn() error {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "CTX_") {
			continue
		}
		if err := os.Unsetenv(name); err != nil {
			return err
		}
	}
	return nil
}
