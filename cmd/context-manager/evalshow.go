package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// showEval prints a report as a table: a line for all questions, and one for each category.
func showEval(sh *shell.Shell, r evalReport) error {
	w := tabwriter.NewWriter(sh.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, evalHead())
	_, _ = fmt.Fprintln(w, evalLine("all", r.evalRecall))
	for _, name := range slices.Sorted(maps.Keys(r.ByCategory)) {
		_, _ = fmt.Fprintln(w, evalLine("category "+shell.Printable(name), r.ByCategory[name]))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(sh.Out, "assemble: p50 %.0f µs, p99 %.0f µs\n", r.AssembleUS.P50, r.AssembleUS.P99)
	return err
}

func evalHead() string {
	cells := []string{"evidence found, %", "questions"}
	for _, k := range evalItems {
		cells = append(cells, fmt.Sprintf("%d items", k))
	}
	for _, n := range evalTokens {
		cells = append(cells, fmt.Sprintf("%d tokens", n))
	}
	return strings.Join(cells, "\t") + "\t"
}

func evalLine(name string, r evalRecall) string {
	cells := []string{name, strconv.Itoa(r.Questions)}
	for _, k := range evalItems {
		cells = append(cells, percent(r.RecallAt[strconv.Itoa(k)]))
	}
	for _, n := range evalTokens {
		cells = append(cells, percent(r.RecallIn[strconv.Itoa(n)]))
	}
	return strings.Join(cells, "\t") + "\t"
}

func percent(share float64) string { return fmt.Sprintf("%.1f", 100*share) }
