package bench

import (
	"fmt"
	"slices"
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

// settle works out figures and, round by round, ratios.
func (g *growth) settle() {
	first := map[string]*growthCase{}
	for _, c := range g.cases {
		f := first[c.Kind]
		if f == nil {
			f, first[c.Kind] = c, c
		}
		c.P50, c.PerS = median(c.ones), median(c.many)
		c.P50X, c.PerX = median(ratios(c.ones, f.ones)), median(ratios(c.many, f.many))
		c.Of = float64(c.Size) / float64(max(f.Size, 1))
	}
}

func ratios(a, b []float64) []float64 {
	r := make([]float64, len(a))
	for i := range a {
		r[i] = a[i] / max(b[i], 1e-9)
	}
	return r
}

func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	list = slices.Clone(list)
	slices.Sort(list)
	return list[len(list)/2]
}
