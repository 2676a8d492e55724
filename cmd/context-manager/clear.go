package main

import (
	"context"
	"fmt"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// clearCmd removes all items of one owner.
type clearCmd struct {
	ownerFlags
	changeFlags
	Level []messages.Level `group:"about" enum:"immediate,short_term,long_term" placeholder:"LEVEL" help:"Only this level. May be given again."`
	Yes   bool             `short:"y" help:"Do it. Without this flag the command only says what it would delete."`
}

// Help is shown by --help.
func (*clearCmd) Help() string {
	return `Deletes all items of a session or of a user. Without --yes it counts them and deletes nothing.

Examples:

    context-manager clear --session move-2026
    context-manager clear --session move-2026 --level immediate --yes`
}

// Run clears, or says what it would clear.
func (c *clearCmd) Run(ctx context.Context, sh *shell.Shell) error {
	if err := c.one(); err != nil {
		return err
	}
	if err := c.levels(); err != nil {
		return err
	}
	request := messages.ClearRequest{Session: c.Session, User: c.User, Levels: c.Level}
	if err := shell.Refused(request.Validate()); err != nil {
		return err
	}
	if !c.Yes {
		return c.rehearse(ctx, sh)
	}
	wipe := change[messages.ClearRequest, messages.ClearReply]{op: messages.OpClear, check: (*messages.ClearRequest).Validate, call: (*client.Client).Clear, show: showCleared}
	return wipe.run(ctx, sh, &c.changeFlags, request)
}

// levels refuses a level whose items are another owner's.
func (c *clearCmd) levels() error {
	for _, level := range c.Level {
		switch {
		case c.Session != "" && level == messages.LongTerm:
			return shell.Usagef("a session has no long_term items: name the user that has them with --user")
		case c.User != "" && level != messages.LongTerm:
			return shell.Usagef("a user has no %s items: name the session that has them with --session", level)
		}
	}
	return nil
}

// rehearse fails, so that a script without --yes does not go on as if all were gone.
func (c *clearCmd) rehearse(ctx context.Context, sh *shell.Shell) error {
	request := messages.ListRequest{Session: c.Session, User: c.User, Limit: 1}
	if len(c.Level) > 0 {
		request.Filter = &messages.Filter{Levels: c.Level}
	}
	return c.With(ctx, sh, func(ctx context.Context, workers *client.Client) error {
		reply, err := workers.List(ctx, request)
		if err != nil {
			return err
		}
		return shell.Usagef("nothing deleted: this would delete %s; add --yes to do it", shell.Plural(reply.Total, "item"))
	})
}

func showCleared(sh *shell.Shell, r messages.ClearReply) error {
	_, err := fmt.Fprintln(sh.Out, "deleted", shell.Plural(r.Cleared, "item"))
	return err
}
