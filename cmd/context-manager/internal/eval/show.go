package eval

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// show prints a report as a table: a line for all questions, and one for each category.
func show(sh *shell.Shell, r results) error {
	w := tabwriter.NewWriter(sh.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, head())
	_, _ = fmt.Fprintln(w, row("all", r.recalls))
	for _, name := range slices.Sorted(maps.Keys(r.ByCategory)) {
		_, _ = fmt.Fprintln(w, row("category "+shell.Printable(name), r.ByCategory[name]))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(sh.Out, "assemble: p50 %.0f µs, p99 %.0f µs\n", r.AssembleUS.P50, r.AssembleUS.P99)
	return err
}

func head() string {
	cells := []string{"evidence found, %", "questions"}
	for _, k := range itemCounts {
		cells = append(cells, fmt.Sprintf("%d items", k))
	}
	for _, n := range tokenBudgets {
		cells = append(cells, fmt.Sprintf("%d tokens", n))
	}
	return strings.Join(cells, "\t") + "\t"
}

func row(name string, r recalls) string {
	cells := []string{name, strconv.Itoa(r.Questions)}
	for _, k := range itemCounts {
		cells = append(cells, percent(r.RecallAt[strconv.Itoa(k)]))
	}
	for _, n := range tokenBudgets {
		cells = append(cells, percent(r.RecallIn[strconv.Itoa(n)]))
	}
	return strings.Join(cells, "\t") + "\t"
}

func percent(share float64) string { return fmt.Sprintf("%.1f", 100*share) }
