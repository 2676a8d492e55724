package main

import (
	"context"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/bench"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/eval"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/serve"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// drains tells whether a command, once it is told to stop, has to finish what
// others wait for or to remove what it made, however long that takes.
func drains(c command) bool {
	switch c.(type) {
	case *devCmd, *serve.Command, *bench.Command, *bench.EchoCommand:
		return true
	default:
		return false
	}
}

// farewell is how long a command that was interrupted may take to say how far it
// came, and before that to remove what it made, if that takes so and so long.
func farewell(c command) time.Duration {
	const words = 250 * time.Millisecond
	if e, ok := c.(*eval.Command); ok {
		return e.CleanUp() + words
	}
	return words
}

// runUntil runs a command until it is done or ctx is. It does not wait for one
// that reads a file or a pipe, where nothing may ever come: no context ends
// that, but the end of the process does, which is next.
func runUntil(ctx context.Context, c command, sh *shell.Shell) error {
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx, sh) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	late := time.NewTimer(farewell(c))
	defer late.Stop()
	select {
	case err := <-done:
		return err
	case <-late.C:
		return ctx.Err()
	}
}
