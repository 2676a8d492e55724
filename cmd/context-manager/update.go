package main

import (
	"context"
	"fmt"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// updateCmd changes fields of one item.
type updateCmd struct {
	ownerFlags
	changeFlags
	ID       string `arg:"" help:"Id of the item."`
	Revision uint64 `help:"Change it only if this is still its revision, as 'list --json' shows it."`

	Text         *string           `group:"about" help:"New text; - reads it from standard input."`
	Level        *messages.Level   `group:"about" enum:"immediate,short_term,long_term" help:"New level of the session's: immediate or short_term."`
	Role         *messages.Role    `group:"about" enum:"system,user,assistant,tool" help:"New role: system, user, assistant or tool."`
	Name         *string           `group:"about" help:"New name of the speaker or tool; empty for none."`
	Time         *shell.Moment     `group:"about" placeholder:"TIME" help:"New time."`
	Expires      *shell.Moment     `group:"about" placeholder:"TIME" help:"When it stops to exist; 0 for never."`
	Importance   *float64          `group:"about" placeholder:"NUMBER" help:"From 0 to 1."`
	NoImportance bool              `group:"about" help:"Take its importance away."`
	Accesses     *int              `group:"about" placeholder:"COUNT" help:"How often it has been used; 0 for no count."`
	Pinned       *bool             `group:"about" negatable:"" help:"Always pack it first, or no longer."`
	Group        *string           `group:"about" placeholder:"ID" help:"New group; empty for none."`
	Language     *string           `group:"about" placeholder:"CODE" help:"New language; empty to have it found out."`
	Meta         map[string]string `group:"about" mapsep:"none" placeholder:"KEY=VALUE" help:"All its metadata from now on. May be given again."`
	NoMeta       bool              `group:"about" help:"Remove all metadata."`
}

// Help is shown by --help.
func (*updateCmd) Help() string {
	return `Changes the fields that are given and keeps the others.

Examples:

    context-manager update turn-017 --session move-2026 --text "The rent is 475." --pinned
    context-manager update fact-4 --user ines --no-pinned --meta source=crm
    context-manager update turn-017 --session move-2026 --revision 812 --level short_term`
}

// Run changes the item.
func (c *updateCmd) Run(ctx context.Context, sh *shell.Shell) error {
	request, err := c.request(sh)
	if err != nil {
		return err
	}
	update := change[messages.UpdateRequest, messages.UpdateReply]{op: messages.OpUpdate, check: (*messages.UpdateRequest).Validate, call: (*client.Client).Update, show: showUpdated}
	return update.run(ctx, sh, &c.changeFlags, request)
}

func (c *updateCmd) request(sh *shell.Shell) (messages.UpdateRequest, error) {
	if err := c.one(); err != nil {
		return messages.UpdateRequest{}, err
	}
	if c.NoMeta && len(c.Meta) > 0 {
		return messages.UpdateRequest{}, shell.Usagef("--meta and --no-meta contradict each other: give one of them")
	}
	if c.NoImportance && c.Importance != nil {
		return messages.UpdateRequest{}, shell.Usagef("--importance and --no-importance contradict each other: give one of them")
	}
	if c.Text != nil {
		text, err := sh.Text(*c.Text)
		if err != nil {
			return messages.UpdateRequest{}, err
		}
		c.Text = &text
	}
	request := messages.UpdateRequest{
		Session: c.Session, User: c.User, ID: c.ID, Revision: c.Revision,
		Text: c.Text, Level: c.Level, Role: c.Role, Name: c.Name, Time: (*int64)(c.Time), Expires: (*int64)(c.Expires),
		Importance: c.Importance, Accesses: c.Accesses, Pinned: c.Pinned, Group: c.Group, Language: c.Language,
	}
	if c.NoImportance {
		request.Importance = new(messages.NoImportance)
	}
	if c.NoMeta || len(c.Meta) > 0 {
		request.Metadata = &c.Meta
	}
	return request, nil
}

func showUpdated(sh *shell.Shell, r messages.UpdateReply) error {
	_, err := fmt.Fprintf(sh.Out, "updated %s, now at revision %d\n", shell.Printable(r.Item.ID), r.Item.Revision)
	return err
}
