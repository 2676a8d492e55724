package main

import (
	"context"
	"fmt"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// storeCmd stores one item.
type storeCmd struct {
	ownerFlags
	changeFlags
	Text string `arg:"" help:"What to store; - reads it from standard input."`

	Level      *messages.Level   `group:"about" enum:"immediate,short_term,long_term" placeholder:"LEVEL" help:"immediate (live turns; the default with --session), short_term (older turns, notes) or long_term (facts of a user; the default without)."`
	Role       messages.Role     `group:"about" enum:"system,user,assistant,tool" default:"user" help:"Who speaks: system, user, assistant or tool."`
	Name       string            `group:"about" help:"Name of the speaker or tool."`
	ID         string            `name:"id" group:"about" help:"Id of the item. An id that exists is replaced. Default: a new one."`
	Time       shell.Moment      `group:"about" placeholder:"TIME" help:"When it happened: RFC 3339, a date, or unix time. Default: now."`
	Expires    shell.Moment      `group:"about" placeholder:"TIME" help:"When it stops to exist. Default: never."`
	Importance *float64          `group:"about" placeholder:"NUMBER" help:"From 0 to 1."`
	Accesses   int               `group:"about" placeholder:"COUNT" help:"How often it has been used."`
	Pinned     bool              `group:"about" help:"Always pack it first."`
	Group      string            `group:"about" placeholder:"ID" help:"Items of one group come together or not at all."`
	Language   string            `group:"about" placeholder:"CODE" help:"Language, such as en or de. Default: found out."`
	Meta       map[string]string `group:"about" mapsep:"none" placeholder:"KEY=VALUE" help:"Metadata. May be given again."`
}

// Help is shown by --help.
func (*storeCmd) Help() string {
	return `Stores one item and prints its id. Storing an id again replaces the item, so trying again is safe.

Examples:

    context-manager store "The bench weighs 180 kg." --session move-2026
    context-manager store "Ines is allergic to isocyanates." --user ines --pinned
    git log -5 | context-manager store - --session move-2026 --level short_term --role tool --name git
    context-manager store "Ring Barcelos." --session move-2026 --lane job`
}

// Run stores the item.
func (c *storeCmd) Run(ctx context.Context, sh *shell.Shell) error {
	request, err := c.request(sh)
	if err != nil {
		return err
	}
	store := change[messages.StoreRequest, messages.StoreReply]{op: messages.OpStore, check: (*messages.StoreRequest).Validate, call: (*client.Client).Store, show: showStored}
	return store.run(ctx, sh, &c.changeFlags, request)
}

func (c *storeCmd) request(sh *shell.Shell) (messages.StoreRequest, error) {
	if err := c.owner(); err != nil {
		return messages.StoreRequest{}, err
	}
	text, err := sh.Text(c.Text)
	if err != nil {
		return messages.StoreRequest{}, err
	}
	return messages.StoreRequest{Session: c.Session, User: c.User, Items: []messages.Item{{
		ID: c.ID, Level: c.level(), Role: c.Role, Name: c.Name, Text: text,
		Time: int64(c.Time), Expires: int64(c.Expires), Importance: c.Importance, Accesses: c.Accesses, Pinned: c.Pinned,
		Group: c.Group, Language: c.Language, Metadata: c.Meta,
	}}}, nil
}

// owner checks that the level's owner is named, and no other, which would go unheard.
func (c *storeCmd) owner() error {
	if err := c.one(); err != nil {
		return err
	}
	level := c.level()
	if level == messages.LongTerm && c.User == "" {
		return shell.Usagef("long_term items belong to a user: name one with --user")
	}
	if level != "" && level != messages.LongTerm && c.Session == "" {
		return shell.Usagef("%s items belong to a session: name one with --session", level)
	}
	return nil
}

// level is "" if the owner is to say it.
func (c *storeCmd) level() messages.Level {
	if c.Level == nil {
		return ""
	}
	return *c.Level
}

func showStored(sh *shell.Shell, r messages.StoreReply) error {
	for _, id := range r.IDs {
		if _, err := fmt.Fprintf(sh.Out, "stored %s, %s\n", shell.Printable(id), shell.Plural(r.Tokens, "token")); err != nil {
			return err
		}
	}
	return nil
}
