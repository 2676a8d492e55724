package main

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/internal/chaos"
)

// Compare-and-set updates stay linearizable while the server that leads their
// bucket is lost: two that saw the same revision never both succeed, none is
// refused that saw the newest, and none that was answered is undone.
func TestUpdatesAreLinearizableAcrossTheLossOfALeader(t *testing.T) {
	t.Parallel()
	chaos.Run(t, chaos.Options{
		Seed: 1, Servers: 3, Workers: 2, Callers: 3, Duration: 4 * time.Second,
		Faults: []string{chaos.LossOfALeader}, Program: shell.Program,
	})
}
