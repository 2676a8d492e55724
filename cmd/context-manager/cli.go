package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/bench"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/dead"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/eval"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/imports"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/serve"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

const about = `Context Manager keeps what an application's language model should know,
and assembles from it the context for each call, within a token budget.

New here? "context-manager dev" starts everything in one process and shows it at work.`

// cli is every command with its flags.
type cli struct {
	Dev    devCmd        `cmd:"" group:"run" help:"Run a server, a worker and a sample in one process."`
	Worker serve.Command `cmd:"" group:"run" help:"Run a worker against a NATS server."`

	Store   storeCmd        `cmd:"" group:"use" help:"Store an item."`
	Ask     askCmd          `cmd:"" group:"use" help:"Assemble a context for a question."`
	List    listCmd         `cmd:"" group:"use" help:"List the items of a session or a user."`
	Update  updateCmd       `cmd:"" group:"use" help:"Change fields of an item."`
	Delete  deleteCmd       `cmd:"" group:"use" help:"Delete items by id."`
	Clear   clearCmd        `cmd:"" group:"use" help:"Delete all items of a session or a user."`
	Promote promoteCmd      `cmd:"" group:"use" help:"Move items of a session to another level."`
	Stats   statsCmd        `cmd:"" group:"use" help:"Count what a session and a user have."`
	Import  imports.Command `cmd:"" group:"use" help:"Store conversations from files."`

	Eval      eval.Command      `cmd:"" group:"run" help:"Measure how much of what answers questions is in their contexts."`
	Bench     bench.Command     `cmd:"" group:"run" set:"natsurl=a server of its own" help:"Measure speed beside that of the bare wire."`
	Key       keys.Command      `cmd:"" group:"run" help:"Make, list and retire callers' keys."`
	Dead      dead.Command      `cmd:"" group:"run" help:"List, show, replay and drop jobs that failed for good."`
	BenchEcho bench.EchoCommand `cmd:"" hidden:""`
	Version   versionCmd        `cmd:"" group:"run" help:"Say which version this is."`
}

// command is what a parsed command line runs.
type command interface {
	Run(ctx context.Context, sh *shell.Shell) error
}

// A parsed command line: either a command to run, or a finished one such as --help.
type parsed struct {
	context *kong.Context
	done    bool
	code    int
}

// parse reads args and the environment. It writes help to sh.Out, touches
// nothing else, and returns a shell.UsageError when the line makes no sense.
func parse(args []string, sh *shell.Shell) (*parsed, error) {
	p := &parsed{}
	parser, err := kong.New(&cli{}, parserOptions(sh, p)...)
	if err != nil {
		return nil, err
	}
	if err := checkArguments(args); err != nil {
		return nil, err
	}
	p.context, err = parser.Parse(args)
	if p.done {
		return p, nil
	}
	var written *fs.PathError
	if errors.As(err, &written) && written.Op == "write" {
		return nil, err // of help
	}
	if err != nil {
		return nil, &shell.UsageError{Err: err, Command: commandOf(parser, err)}
	}
	return p, nil
}

func parserOptions(sh *shell.Shell, p *parsed) []kong.Option {
	return append(append(sh.Env.Options(), paths()...),
		kong.Name(shell.Program),
		kong.Description(about),
		kong.Writers(sh.Out, sh.Err),
		kong.Vars{"natsurl": connect.DefaultURL, "maxtokens": strconv.Itoa(messages.DefaultMaxTokens)},
		// kong goes on parsing after it has printed help: what it then finds missing does not count
		kong.Exit(func(code int) { p.done, p.code = true, code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, NoExpandSubcommands: true, WrapUpperBound: 100}),
		kong.ExplicitGroups(groups()),
	)
}

func groups() []kong.Group {
	return []kong.Group{
		{Key: "use", Title: "Use it:"},
		{Key: "run", Title: "Run it:"},
		{Key: "about", Title: "What about:"},
		{Key: "key", Title: "Who asks:"},
		{Key: "nats", Title: "NATS server:"},
		{Key: "serve", Title: "Worker:"},
	}
}

// run runs the command that was parsed.
func (p *parsed) run(ctx context.Context, sh *shell.Shell) error {
	c, ok := p.context.Selected().Target.Addr().Interface().(command)
	if !ok {
		return shell.Usagef("%q is no command by itself", p.context.Command())
	}
	if drains(c) {
		return c.Run(ctx, sh)
	}
	return runUntil(ctx, c, sh)
}

// checkArguments refuses what is not UTF-8: the flags' parser would go on with other text.
func checkArguments(args []string) error {
	for i, arg := range args {
		if !utf8.ValidString(arg) {
			err := fmt.Errorf("argument %d is not UTF-8: convert it, for example with iconv -t UTF-8", i+1)
			return &shell.UsageError{Err: err, Command: shell.Program}
		}
	}
	return nil
}
