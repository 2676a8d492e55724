// Package dead looks at the jobs that failed for good, and settles them: it lists
// and shows dead letters, submits their jobs again, and drops them. Nothing is
// settled but by an operator's key, and not before the audit has a record of it.
//
// Its tests are those of the program, dead_test.go and dead_places_test.go, as
// what a replay does shows with workers alone.
package dead

import (
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// Command is what can be done with dead letters. It works on the stream itself,
// as the NATS user of an operator.
type Command struct {
	Ls     listCommand   `cmd:"" help:"List dead letters, the oldest first."`
	Show   showCommand   `cmd:"" help:"Show one dead letter."`
	Replay replayCommand `cmd:"" help:"Submit the jobs of dead letters again, signed anew."`
	Drop   dropCommand   `cmd:"" help:"Remove dead letters for good."`
}

// flags are what every command about dead letters has.
type flags struct {
	connect.NATSFlags
	Timeout time.Duration `env:"CTX_TIMEOUT" group:"nats" default:"10s" help:"How long to wait for the server, for each letter."`
	JSON    bool          `name:"json" help:"Print JSON, one line a letter."`
}

// Validate checks how long an operator waits.
func (f *flags) Validate() error { return shell.Positive("--timeout", f.Timeout) }
