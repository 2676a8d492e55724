package main

import (
	"context"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// promoteCmd moves items of a session to another level.
type promoteCmd struct {
	Session string         `short:"s" required:"" group:"about" placeholder:"ID" help:"Id of the session that the items are in."`
	User    string         `short:"u" group:"about" placeholder:"ID" help:"Id of the user that long_term items go to."`
	To      messages.Level `group:"about" enum:"immediate,short_term,long_term" default:"long_term" help:"Level to move to: immediate, short_term or long_term."`
	ID      []string       `arg:"" help:"Ids of the items, up to 1000."`
	changeFlags
}

// Help is shown by --help.
func (*promoteCmd) Help() string {
	return `Moves items of a session to another level. To long_term they move to the user, who keeps them.

Examples:

    context-manager promote turn-017 --session move-2026 --user ines
    context-manager promote turn-001 turn-002 --session move-2026 --to short_term`
}

// Run moves the items.
func (c *promoteCmd) Run(ctx context.Context, sh *shell.Shell) error {
	if c.To == messages.LongTerm && c.User == "" {
		return shell.Usagef("long_term items belong to a user: name one with --user")
	}
	if c.To != messages.LongTerm && c.User != "" { // which would go unheard
		return shell.Usagef("%s items stay in their session: leave out --user, or give --to long_term to move them to the user", c.To)
	}
	promote := change[messages.PromoteRequest, messages.PromoteReply]{op: messages.OpPromote, check: (*messages.PromoteRequest).Validate, call: (*client.Client).Promote, show: showPromoted}
	return promote.run(ctx, sh, &c.changeFlags, messages.PromoteRequest{Session: c.Session, User: c.User, IDs: c.ID, To: c.To})
}

func showPromoted(sh *shell.Shell, r messages.PromoteReply) error {
	return showMoved(sh, "moved", r.Promoted, r.Missing)
}
