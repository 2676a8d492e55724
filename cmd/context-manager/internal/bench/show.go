package bench

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// show prints the report as a table, and on a terminal what the latencies look like.
func show(sh *shell.Shell, r results, cases []trial) error {
	w := tabwriter.NewWriter(sh.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "case\tp50 µs\tp99 µs\ta second\tp50 µs, many\tp99 µs, many\tp99/p50, half load\tbare\tratio\tp50 ratio\tallocations\tbytes\t")
	for _, c := range cases {
		_, _ = fmt.Fprintln(w, row(c.name, r[c.name]))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if sh.Width == 0 {
		return nil
	}
	return showHistogram(sh, r, cases)
}

func row(name string, f figures) string {
	line := fmt.Sprintf("%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t", name, f.P50, f.P99, f.PerS, f.P50m, f.P99m, f.P99h/max(f.P50h, 1))
	if f.Bare == "" {
		return line + "\t\t\t\t\t"
	}
	return line + fmt.Sprintf("%s\t%.2f\t%.1f\t%.0f\t%.0f\t", f.Bare, f.Ratio, f.P50Ratio, f.Allocations, f.Bytes)
}

// showHistogram draws a bar a case: from nothing to the median, and on to the 99th percentile.
func showHistogram(sh *shell.Shell, r results, cases []trial) error {
	highest := 1.0
	for _, f := range r {
		highest = max(highest, f.P99)
	}
	columns := float64(max(20, sh.Width-40))
	for _, c := range cases {
		f := r[c.name]
		median, tail := int(f.P50/highest*columns), int(f.P99/highest*columns)
		bar := strings.Repeat("█", median) + strings.Repeat("░", max(0, tail-median))
		if _, err := fmt.Fprintf(sh.Out, "%20s %s %s\n", c.name, bar, sh.Paint(shell.Dim, fmt.Sprintf("%.0f to %.0f µs", f.P50, f.P99))); err != nil {
			return err
		}
	}
	return nil
}
