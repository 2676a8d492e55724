// Package bench measures a worker beside the bare wire that it runs on, and how
// the same assemble fares as what is around it grows.
//
// A world is what is measured: a server, workers and a bare echo, each a process
// of its own. A trial is one case of it; a runner measures all of them, round by
// round, and growth does the same with worlds of several sizes.
package bench

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// Command measures the service against the wire that it runs on.
type Command struct {
	connect.NATSFlags
	growthFlags
	Duration time.Duration   `default:"400ms" help:"Length of one measurement. Each case is measured at one caller, at many, and at half of their load, once a round."`
	Rounds   int             `default:"3" help:"Rounds over all cases. The cases of a round are measured one after another, so that what slows the machine slows all."`
	Callers  int             `default:"64" help:"How many callers many are, up to 4096."`
	Bundle   int             `default:"8" help:"How many asks, or jobs, of one client share a message at most, if they come at once, up to 64. 1: each has its own, as with clients that know no bundles."`
	Only     []string        `placeholder:"CASE" help:"Measure these cases alone, and the bare ones that they are compared with."`
	L1       shell.Megabytes `name:"l1" default:"256" placeholder:"MIB" help:"Memory of the worker's page cache, in MiB. Default: ${default}."`
	JSON     bool            `name:"json" help:"Print every figure as one line of JSON."`
}

// Help is shown by --help.
func (*Command) Help() string {
	return `Starts a server (unless one is named), a worker and a bare echo, each in a process of its own, and measures them
in turn, interleaved: an echo of the same payload sizes, a work-queue echo and a KV put; then assemble over sessions
of 40 and 600 items at 2,048 tokens (a hit that asks for what is new, a hit within max_stale_ms, a cold load), store
of one item and of 50, the job lane, and a mix of 80 % assemble and 20 % store.

A ratio is the throughput of a case over that of its bare counterpart, at many callers, in the same run. Asks of one
client that come at once share messages, as in any program; bare ones do not. On a server
that you name it works under a prefix of its own, behind --prefix, and removes what it made. If it is killed at once
(SIGKILL) its streams stay there, with bench- or BENCH- in their names, and files here. The next bench of this machine
that names the same server removes both, a minute later or more; what another machine left, "nats stream rm" does.

Examples:

    context-manager bench
    context-manager bench --only assemble_40_hit --rounds 10
    context-manager bench --bundle 1
    context-manager bench --growth
    context-manager bench --nats-url nats://10.0.0.5:4222 --json`
}

// Run measures, and prints the report.
func (c *Command) Run(ctx context.Context, sh *shell.Shell) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	defer shell.SurvivePipes()()
	removeDead(os.TempDir(), sh.Now(), func(dir string) error { return c.removeNoted(sh, dir) })
	if c.Growth {
		return c.growth(ctx, sh)
	}
	w, err := newWorld(ctx, c, sh)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(ended(ctx, err), w.close()) }()
	cases, err := w.cases(ctx, c.Callers)
	if err != nil {
		return err
	}
	run := &runner{cmd: c, world: w, cases: selectCases(cases, c.Only)}
	run.progress = shell.NewProgress(sh, len(run.cases)*(c.Rounds+1), "measurement") // one round warms up
	report, err := run.measure(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return sh.JSON(report)
	}
	return show(sh, report, run.cases)
}

// ended is why a bench ended. An interrupt may end its processes before it ends
// the bench itself: what fails for that is not what a person wants to hear of.
func ended(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// mostCallers is more than say anything of one machine. Each is a goroutine, and
// has a session of its own for the cold case, so that very many take hours.
const mostCallers = 4096

func (c *Command) check() error {
	if c.Duration < time.Millisecond || c.Rounds < 1 {
		return shell.Usagef("--duration must be at least 1ms, and --rounds 1")
	}
	if c.Callers < 2 || c.Callers > mostCallers {
		return shell.Usagef("--callers must be from 2 to %d", mostCallers)
	}
	if c.Bundle < 1 || c.Bundle > messages.MaxBundle {
		return shell.Usagef("--bundle must be from 1 to %d", messages.MaxBundle)
	}
	if _, err := messages.NewSubjects(c.Prefix + ".bench-12345678-cold"); err != nil {
		return shell.Usagef("--prefix, with what a bench adds to it: %w", shell.Plainly(err))
	}
	if err := shell.Positive("--l1", c.L1); err != nil {
		return shell.Usagef("%w", err)
	}
	if err := c.checkGrowth(); err != nil {
		return err
	}
	for _, name := range c.Only {
		if _, ok := counterparts[name]; !ok {
			return shell.Usagef("no case is named %q: choose of %s", name, caseNames())
		}
	}
	return nil
}
