package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// statsCmd counts what a session and a user have.
type statsCmd struct {
	ownerFlags
	connect.ClientFlags
}

// Help is shown by --help.
func (*statsCmd) Help() string {
	return `Counts items, tokens and bytes of text by level.

Example:

    context-manager stats --session move-2026 --user ines`
}

// Run asks for the counts.
func (c *statsCmd) Run(ctx context.Context, sh *shell.Shell) error {
	if err := c.some(); err != nil {
		return err
	}
	request := messages.StatsRequest{Session: c.Session, User: c.User}
	if err := shell.Refused(request.Validate()); err != nil {
		return err
	}
	return connect.Ask(ctx, sh, &c.ClientFlags, (*client.Client).Stats, request, showStats)
}

func showStats(sh *shell.Shell, r messages.StatsReply) error {
	w := tabwriter.NewWriter(sh.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "LEVEL\tITEMS\tTOKENS\tBYTES\t")
	for _, level := range messages.Levels {
		s := r.Levels[level]
		_, _ = fmt.Fprintf(w, "%s\t%d\t%d\t%d\t\n", level, s.Items, s.Tokens, s.Bytes)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if r.Newest != 0 {
		_, _ = fmt.Fprintf(sh.Out, "pinned: %d; from %s to %s UTC\n", r.Pinned, shell.Clock(r.Oldest), shell.Clock(r.Newest))
	}
	return showTrouble(sh, r.Stale, r.Degraded)
}
