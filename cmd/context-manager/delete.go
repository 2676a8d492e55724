package main

import (
	"context"
	"fmt"

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
func (c *deleteCmd) Run(ctx context.Context, sh *shell) error {
	if err := c.one(); err != nil {
		return err
	}
	remove := change[messages.DeleteRequest, messages.DeleteReply]{op: messages.OpDelete, call: (*client.Client).Delete, show: showDeleted}
	return remove.run(ctx, sh, &c.changeFlags, messages.DeleteRequest{Session: c.Session, User: c.User, IDs: c.ID})
}

func showDeleted(sh *shell, r messages.DeleteReply) error {
	return showMoved(sh, "deleted", r.Deleted, r.Missing)
}

// showMoved says what was done to which ids, and which of them were not there.
func showMoved(sh *shell, done string, ids, missing []string) error {
	for _, id := range ids {
		if _, err := fmt.Fprintf(sh.out, "%s %s\n", done, printable(id)); err != nil {
			return err
		}
	}
	for _, id := range missing {
		if _, err := fmt.Fprintf(sh.out, "not there: %s\n", printable(id)); err != nil {
			return err
		}
	}
	return nil
}
