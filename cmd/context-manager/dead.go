package main

import (
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// deadCmd looks at the jobs that failed for good, and settles them. It works
// on the stream itself, as the NATS user of an operator.
type deadCmd struct {
	Ls     deadListCmd   `cmd:"" help:"List dead letters, the oldest first."`
	Show   deadShowCmd   `cmd:"" help:"Show one dead letter."`
	Replay deadReplayCmd `cmd:"" help:"Submit the jobs of dead letters again, signed anew."`
	Drop   deadDropCmd   `cmd:"" help:"Remove dead letters for good."`
}

// deadFlags are what every command about dead letters has.
type deadFlags struct {
	connect.NATSFlags
	Timeout time.Duration `env:"CTX_TIMEOUT" group:"nats" default:"10s" help:"How long to wait for the server, for each letter."`
	JSON    bool          `name:"json" help:"Print JSON, one line a letter."`
}

// Validate checks how long an operator waits.
func (f *deadFlags) Validate() error { return shell.Positive("--timeout", f.Timeout) }
