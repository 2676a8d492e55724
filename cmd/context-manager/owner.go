package main

import (
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// ownerFlags say whose items are meant.
type ownerFlags struct {
	Session string `short:"s" group:"about" placeholder:"ID" help:"Id of the session."`
	User    string `short:"u" group:"about" placeholder:"ID" help:"Id of the user."`
}

// one checks that a session or a user is named, and not both.
func (f *ownerFlags) one() error {
	if (f.Session == "") == (f.User == "") {
		return shell.Usagef("name either a session (--session) or a user (--user), and not both: the items of one of them are meant")
	}
	return nil
}

// some checks that a session or a user or both are named.
func (f *ownerFlags) some() error {
	if f.Session == "" && f.User == "" {
		return shell.Usagef("name a session (--session), a user (--user), or both")
	}
	return nil
}

// filterFlags keep some of the items.
type filterFlags struct {
	Level  []messages.Level  `group:"about" enum:"immediate,short_term,long_term" placeholder:"LEVEL" help:"Only this level: immediate, short_term or long_term. May be given again."`
	Role   []messages.Role   `group:"about" enum:"system,user,assistant,tool" placeholder:"ROLE" help:"Only this role: system, user, assistant or tool. May be given again."`
	Meta   map[string]string `group:"about" mapsep:"none" placeholder:"KEY=VALUE" help:"Only items with this metadata. May be given again."`
	After  shell.Moment      `group:"about" placeholder:"TIME" help:"Only items from this time on."`
	Before shell.Moment      `group:"about" placeholder:"TIME" help:"Only items from before this time."`
}

// filter is nil if nothing is filtered.
func (f *filterFlags) filter() *messages.Filter {
	if len(f.Level)+len(f.Role)+len(f.Meta) == 0 && f.After == 0 && f.Before == 0 {
		return nil
	}
	return &messages.Filter{Levels: f.Level, Roles: f.Role, Metadata: f.Meta, After: int64(f.After), Before: int64(f.Before)}
}
