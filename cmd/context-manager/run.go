package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// The exit codes.
const (
	exitOK      = 0
	exitFailed  = 1
	exitUsage   = 2
	exitHurried = 130 // a second signal cut the drain short
)

// run is the whole program: it parses, runs and reports, and returns the exit code.
func run(ctx context.Context, args, env []string, in io.Reader, out, errOut io.Writer) int {
	sh := shell.New(shell.NewEnvironment(env), in, out, errOut)
	sh.Version = currentVersion().Version
	p, err := parse(args, sh)
	if err != nil {
		return report(sh, err)
	}
	if p.done {
		return p.code
	}
	err = p.run(ctx, sh)
	var usage *shell.UsageError
	if errors.As(err, &usage) && usage.Command == "" {
		usage.Command = p.context.Selected().FullPath()
	}
	return report(sh, err)
}

// commandOf is the command that a parse error happened in, for the hint at its help.
func commandOf(parser *kong.Kong, err error) string {
	var parseErr *kong.ParseError
	if errors.As(err, &parseErr) && parseErr.Context != nil {
		if node := parseErr.Context.Selected(); node != nil {
			return node.FullPath()
		}
	}
	return parser.Model.Name
}

// report tells of err, and what to do about it, and gives the exit code.
func report(sh *shell.Shell, err error) int {
	if err == nil {
		return exitOK
	}
	_, _ = fmt.Fprintf(sh.Err, "%s: %s\n", shell.Program, shell.Printable(err.Error()))
	var usage *shell.UsageError
	if errors.As(err, &usage) {
		_, _ = fmt.Fprintf(sh.Err, "Try: %s --help\n", usage.Command)
		return exitUsage
	}
	if hint := advice(err); hint != "" {
		_, _ = fmt.Fprintln(sh.Err, hint)
	}
	return exitFailed
}
