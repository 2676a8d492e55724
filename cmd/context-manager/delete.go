package main

import (
	"context"
	"fmt"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// deleteCmd removes items by id.
type deleteCmd struct {
	ownerFlags
	changeFlags
	ID []string `arg:"" help:"Ids of the items, up to 1000."`
}

// Help is shown by --help.
func (*deleteCmd) Help() string {
	return `Deletes items, and says which of them were not there.

Example:

    context-manager delete turn-017 turn-018 --session move-2026`
}

// Run deletes the items.
func (c *deleteCmd) Run(ctx context.Context, sh *shell.Shell) error {
	if err := c.one(); err != nil {
		return err
	}
	remove := change[messages.DeleteRequest, messages.DeleteReply]{op: messages.OpDelete, check: (*messages.DeleteRequest).Validate, call: (*client.Client).Delete, show: showDeleted}
	return remove.run(ctx, sh, &c.changeFlags, messages.DeleteRequest{Session: c.Session, User: c.User, IDs: c.ID})
}

func showDeleted(sh *shell.Shell, r messages.DeleteReply) error {
	return showMoved(sh, "deleted", r.Deleted, r.Missing)
}

// showMoved says what was done to which ids, and which of them were not there.
func showMoved(sh *shell.Shell, done string, ids, missing []string) error {
	for _, id := range ids {
		if _, err := fmt.Fprintf(sh.Out, "%s %s\n", done, shell.Printable(id)); err != nil {
			return err
		}
	}
	for _, id := range missing {
		if _, err := fmt.Fprintf(sh.Out, "not there: %s\n", shell.Printable(id)); err != nil {
			return err
		}
	}
	return nil
}
