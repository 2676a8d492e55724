package dead

import (
	"cmp"
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// listCommand lists dead letters.
type listCommand struct {
	flags
	letterFilter
}

// Help is shown by --help.
func (*listCommand) Help() string {
	return `A job that can never succeed, or has failed too often, is copied to the stream of dead letters with the reason, and
no longer tried. This lists them without their text. They are kept as long as the stream's age limit says.

A number in brackets after the operation: so many requests failed of a message that had several, and the others were
done. "(?)" is there if the letter does not say clearly which: 'dead show' tells why.

Examples:

    context-manager dead ls
    context-manager dead ls --tenant acme --code unavailable --after 2026-03-02
    context-manager dead ls --json | jq -r .seq`
}

// Validate checks how long an operator waits, and which letters are meant.
func (c *listCommand) Validate() error { return cmp.Or(c.flags.Validate(), c.checkWords()) }

// Run lists the letters that match.
func (c *listCommand) Run(ctx context.Context, sh *shell.Shell) error {
	found, err := c.letters(ctx, &c.letterFilter)
	if err != nil {
		return err
	}
	if c.JSON {
		for _, l := range found {
			if err := sh.JSON(l); err != nil {
				return err
			}
		}
		return nil
	}
	return showLetters(sh, found)
}

// letters gives those that match, the oldest first, without their bodies.
func (f *flags) letters(ctx context.Context, only *letterFilter) ([]*letter, error) {
	s, err := f.open(ctx)
	if err != nil {
		return nil, err
	}
	defer s.close()
	found, err := s.matching(ctx, only)
	return found, s.explained(err)
}

// matching collects the letters that a filter keeps, without their bodies.
func (s *graveyard) matching(ctx context.Context, f *letterFilter) ([]*letter, error) {
	var found []*letter
	err := s.each(ctx, func(l *letter) error {
		if f.matches(l) {
			found = append(found, l)
		}
		return nil
	})
	return found, err
}

func showLetters(sh *shell.Shell, letters []*letter) error {
	if len(letters) > 0 {
		w := tabwriter.NewWriter(sh.Out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, "SEQUENCE\tBURIED (UTC)\tTENANT\tOPERATION\tREASON\tKEY\tREQUEST\tBYTES\tSUBJECT")
		for _, l := range letters {
			_, _ = fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", l.Seq, shell.Clock(l.Buried), shell.OneLine(l.Tenant), shell.OneLine(string(l.Op))+l.mark(),
				shell.OneLine(string(l.Code)), shell.OneLine(l.KeyID), shell.OneLine(l.ID), l.Size, shell.OneLine(l.Subject))
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(sh.Err, shell.Plural(len(letters), "dead letter"))
	return err
}
