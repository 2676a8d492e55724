package main

import (
	"context"
	"fmt"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// listCmd lists the items of one owner.
type listCmd struct {
	ownerFlags
	filterFlags
	connect.ClientFlags
	ID     []string `arg:"" optional:"" help:"Only items with these ids."`
	Limit  int      `default:"100" help:"Items a page, up to 1000."`
	Cursor string   `help:"Go on where the page before ended, as it said."`
	All    bool     `help:"Go on to the last page."`
}

// Help is shown by --help.
func (*listCmd) Help() string {
	return `Lists items by time, the newest last. A page that is not the last one says how to get the next.
With --json each page is one line.

Examples:

    context-manager list --session move-2026
    context-manager list --user ines --meta source=crm --json | jq .items
    context-manager list --session move-2026 --role tool --after 2026-03-05 --all`
}

// Run lists one page, or all of them.
func (c *listCmd) Run(ctx context.Context, sh *shell.Shell) error {
	if err := c.one(); err != nil {
		return err
	}
	request := messages.ListRequest{Session: c.Session, User: c.User, Filter: c.filter(), IDs: c.ID, Limit: c.Limit, Cursor: c.Cursor}
	if err := shell.Refused(request.Validate()); err != nil {
		return err
	}
	return c.With(ctx, sh, func(ctx context.Context, workers *client.Client) error {
		return c.pages(ctx, sh, workers, request)
	})
}

func (c *listCmd) pages(ctx context.Context, sh *shell.Shell, workers *client.Client, request messages.ListRequest) error {
	for {
		reply, err := workers.List(ctx, request)
		if err != nil {
			return err
		}
		if err := connect.Present(sh, &c.ClientFlags, reply, c.show); err != nil {
			return err
		}
		if !c.All || reply.Next == "" {
			return nil
		}
		request.Cursor = reply.Next
	}
}

func (c *listCmd) show(sh *shell.Shell, r messages.ListReply) error {
	if err := showItems(sh, r.Items); err != nil {
		return err
	}
	if c.All && r.Next != "" {
		return nil
	}
	if r.Next != "" {
		_, err := fmt.Fprintf(sh.Err, "%d of %s. Go on with --cursor %s, or take all with --all.\n", len(r.Items), shell.Plural(r.Total, "item"), shell.Quote(r.Next))
		return err
	}
	_, err := fmt.Fprintln(sh.Err, shell.Plural(r.Total, "item"))
	return err
}
