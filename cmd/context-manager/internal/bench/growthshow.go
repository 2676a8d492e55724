package bench

import (
	"fmt"
	"text/tabwriter"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// show prints the cases, as a table or as JSON.
func (g *growth) show(sh *shell.Shell) error {
	g.settle()
	if g.cmd.JSON {
		return sh.JSON(g.cases)
	}
	w := tabwriter.NewWriter(sh.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "grows\tto\tp50 µs\tp50 ratio\ta second\tratio\tsize ratio\t")
	for _, c := range g.cases {
		_, _ = fmt.Fprintf(w, "%s\t%d\t%.0f\t%.2f\t%.0f\t%.2f\t%.1f\t\n", c.Kind, c.Size, c.P50, c.P50X, c.PerS, c.PerX, c.Of)
	}
	return w.Flush()
}
