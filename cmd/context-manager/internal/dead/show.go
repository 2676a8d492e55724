package dead

import (
	"context"
	"encoding/json"
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
	return `Shows why a job was buried, and its headers: its caller's as they came, and the worker's, which begin with
Ctx-Dead-. With --body also what it asked for: of a message that had several requests, where some of them were
done, what the others asked for, in JSON as a list.

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
		return s.explained(err)
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
	switch which := l.which(); {
	case which != "":
		fmt.Fprintf(&b, "about: %s; the others were done\n", which)
	case l.Unclear != "":
		fmt.Fprintf(&b, "about: which of its requests failed cannot be told: %s\n", shell.OneLine(l.Unclear))
	}
	fmt.Fprintf(&b, "headers:\n")
	for _, name := range l.names() {
		for _, value := range l.header[name] {
			fmt.Fprintf(&b, "  %s: %s\n", shell.OneLine(name), shell.OneLine(value))
		}
	}
	l.describeBody(&b, withBody)
	return b.String()
}

func (l *letter) describeBody(b *strings.Builder, withBody bool) {
	if !withBody {
		fmt.Fprintf(b, "body: %s, shown with --body\n", shell.Plural(l.Size, "byte"))
		return
	}
	if len(l.failed) == 0 {
		fmt.Fprintf(b, "body, %s:\n%s\n", shell.Plural(l.Size, "byte"), shell.Printable(string(l.body)))
	}
	for _, p := range l.failed {
		fmt.Fprintf(b, "request at %d, %s:\n%s\n", p.place, shell.Plural(len(p.body), "byte"), shell.Printable(string(p.body)))
	}
}

// A letterView is a letter as `dead show --json` prints it.
type letterView struct {
	*letter
	Headers map[string][]string `json:"headers"`
	Body    json.RawMessage     `json:"body,omitempty"`        // of a letter with places a list, of the bodies at these
	Bytes   []byte              `json:"body_base64,omitempty"` // a body that is no JSON, whole
}

func (l *letter) view(withBody bool) letterView {
	v := letterView{letter: l, Headers: l.header}
	if !withBody {
		return v
	}
	if v.Body = l.body; len(l.failed) > 0 {
		v.Body = listed(l.failed)
	}
	if !json.Valid(v.Body) {
		v.Body, v.Bytes = nil, l.body
	}
	return v
}

// listed is a list of what the requests asked for, in JSON if each of them is.
func listed(parts []part) []byte {
	list := []byte{'['}
	for i, p := range parts {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, p.body...)
	}
	return append(list, ']')
}
