package dead

import (
	"context"
	"fmt"
	"strings"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// showCommand shows one dead letter.
type showCommand struct {
	flags
	Sequence uint64 `arg:"" help:"Its sequence, as 'dead ls' says."`
	Body     bool   `help:"Show the request's body too, which is a caller's text."`
}

// Help is shown by --help.
func (*showCommand) Help() string {
	return `Shows why a job was buried, and its headers as its caller signed them. With --body also what it asked for.

Examples:

    context-manager dead show 17
    context-manager dead show 17 --body --json | jq .body`
}

// Run shows the letter.
func (c *showCommand) Run(ctx context.Context, sh *shell.Shell) error {
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := s.get(ctx, c.Sequence)
	if err != nil {
		return err
	}
	if c.JSON {
		return sh.JSON(l.view(c.Body))
	}
	_, err = fmt.Fprint(sh.Out, l.describe(c.Body))
	return err
}

// describe is a letter in words. Headers and body are not the operator's own
// text, so they are made harmless for a terminal.
func (l *letter) describe(withBody bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "letter %d, buried %s by %s after %s\n", l.Seq, shell.Clock(l.Buried), shell.OneLine(l.Worker), shell.Plural(int(l.Attempts), "attempt"))
	fmt.Fprintf(&b, "reason: %s: %s\n", shell.OneLine(string(l.Code)), shell.OneLine(l.Reason))
	fmt.Fprintf(&b, "headers:\n")
	for _, name := range l.names() {
		for _, value := range l.header[name] {
			fmt.Fprintf(&b, "  %s: %s\n", shell.OneLine(name), shell.OneLine(value))
		}
	}
	if !withBody {
		fmt.Fprintf(&b, "body: %s, shown with --body\n", shell.Plural(l.Size, "byte"))
		return b.String()
	}
	fmt.Fprintf(&b, "body, %s:\n%s\n", shell.Plural(l.Size, "byte"), shell.Printable(string(l.body)))
	return b.String()
}
