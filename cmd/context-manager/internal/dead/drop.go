package dead

import (
	"context"
	"fmt"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// dropCommand removes dead letters.
type dropCommand struct {
	settleFlags
	Yes bool `short:"y" help:"With --all: do it. Without this flag the command only says what it would remove."`
}

// Help is shown by --help.
func (*dropCommand) Help() string {
	return `Removes letters and overwrites their text in the stream. The jobs will never be done. An audit record says who
dropped them. It needs a key with the grant "admin", and the workers' key ring to know that by.

Examples:

    context-manager dead drop 17 18 --keys-file ring.json
    context-manager dead drop --all --tenant acme --code bad_json --yes --keys-file ring.json`
}

// Run drops, or says what it would drop.
func (c *dropCommand) Run(ctx context.Context, sh *shell.Shell) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.All && !c.Yes {
		return c.rehearse(ctx, sh)
	}
	return c.settle(ctx, sh, func(ctx context.Context, s *graveyard, op *operator, l *letter) error {
		if err := op.record(ctx, s, l, messages.AuditEvent{Kind: messages.AuditDropped, ID: l.ID}); err != nil {
			return err
		}
		if err := s.remove(ctx, l.Seq); err != nil {
			return err
		}
		return tell(sh, c.JSON, dropped{Seq: l.Seq, ID: l.ID}, "dropped letter %d, request %s\n", l.Seq, shell.OneLine(l.ID))
	})
}

type dropped struct {
	Seq uint64 `json:"seq"`
	ID  string `json:"id"`
}

// rehearse fails, so that a script without --yes does not go on as if all were gone.
func (c *dropCommand) rehearse(ctx context.Context, sh *shell.Shell) error {
	found, err := c.letters(ctx, &c.letterFilter)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return nothingToSettle(sh)
	}
	return shell.Usagef("nothing dropped: this would drop %s; add --yes to do it", shell.Plural(len(found), "dead letter"))
}

// tell says what was done: as JSON, or in words.
func tell(sh *shell.Shell, asJSON bool, v any, format string, args ...any) error {
	if asJSON {
		return sh.JSON(v)
	}
	_, err := fmt.Fprintf(sh.Out, format, args...)
	return err
}
