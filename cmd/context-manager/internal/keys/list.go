package keys

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/ring"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// listCommand lists the keys of a ring.
type listCommand struct {
	ringFileFlag
	JSON bool `name:"json" help:"Print one line of JSON."`
}

// Help is shown by --help.
func (*listCommand) Help() string {
	return `Says of each key whether it is in force, how many secrets it has, for which tenants it is and what it may do there.

Examples:

    context-manager key list --keys-file ring.json
    context-manager key list --keys-file ring.json --json | jq -r '.[] | select(.retired | not) | .id'`
}

// A view is a key without its secrets.
type view struct {
	ID          string           `json:"id"`
	Retired     bool             `json:"retired,omitempty"`
	Secrets     int              `json:"secrets"` // how many are active
	Tenants     []string         `json:"tenants"`
	Grants      []messages.Grant `json:"grants"`
	InboxPrefix string           `json:"inbox_prefix"`
	Rate        float64          `json:"rate,omitempty"`
	Burst       int              `json:"burst,omitempty"`
}

// Run lists the keys.
func (c *listCommand) Run(_ context.Context, sh *shell.Shell) error {
	keyRing, _, err := ring.FromFile(c.KeysFile).Load()
	if err != nil {
		return err
	}
	views := []view{}
	for _, k := range keyRing.Keys() {
		views = append(views, view{
			ID: k.ID, Retired: k.Retired, Secrets: len(k.Secrets), Tenants: k.Tenants, Grants: k.Grants,
			InboxPrefix: k.InboxPrefix, Rate: k.Rate, Burst: k.Burst,
		})
	}
	if c.JSON {
		return sh.JSON(views)
	}
	return show(sh, views)
}

func show(sh *shell.Shell, views []view) error {
	w := tabwriter.NewWriter(sh.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ID\tSTATE\tSECRETS\tTENANTS\tGRANTS\tRATE\tINBOX")
	for _, k := range views {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", k.ID, state(k.Retired), k.Secrets,
			shell.OneLine(strings.Join(k.Tenants, ", ")), joinGrants(k.Grants), rateText(k.Rate, k.Burst), k.InboxPrefix)
	}
	return w.Flush()
}

func state(retired bool) string {
	if retired {
		return "retired"
	}
	return "active"
}

func joinGrants(grants []messages.Grant) string {
	words := make([]string, len(grants))
	for i, g := range grants {
		words[i] = string(g)
	}
	return strings.Join(words, ",")
}

func rateText(rate float64, burst int) string {
	if rate == 0 {
		return "-"
	}
	return fmt.Sprintf("%g/s, %d at once", rate, burst)
}
