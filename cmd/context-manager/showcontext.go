package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// showContext prints the context on standard output, and what it cost on
// standard error, so that the context alone can go into a file or a pipe.
func showContext(sh *shell.Shell, r messages.AssembleReply) error {
	if err := writeContext(sh.Out, sh, r); err != nil {
		return err
	}
	_, err := fmt.Fprintln(sh.Err, sh.Paint(shell.Dim, cost(r)))
	if err != nil {
		return err
	}
	if err := showExplain(sh, r.Explain); err != nil {
		return err
	}
	return showTrouble(sh, r.Stale, r.Degraded)
}

// writeContext writes whichever form the context has.
func writeContext(w io.Writer, sh *shell.Shell, r messages.AssembleReply) error {
	var b strings.Builder
	if r.Text != "" {
		fmt.Fprintln(&b, strings.TrimRight(shell.Printable(r.Text), "\n"))
	}
	if r.System != "" {
		fmt.Fprintf(&b, "%s %s\n", sh.Paint(shell.Bold, "[system]"), shell.Printable(r.System))
	}
	for _, m := range r.Messages {
		fmt.Fprintf(&b, "%s %s\n", sh.Paint(shell.Bold, "["+messageHead(m)+"]"), shell.Printable(m.Content))
	}
	for i := range r.Items {
		it := &r.Items[i]
		fmt.Fprintf(&b, "%s %s %s\n", sh.Paint(shell.Dim, shell.Clock(it.Time)), sh.Paint(shell.Bold, speaker(it)+":"), shell.Printable(it.Text))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func messageHead(m messages.ChatMessage) string {
	if m.Name == "" {
		return shell.OneLine(m.Role)
	}
	return shell.OneLine(m.Role) + " " + shell.OneLine(m.Name)
}

// cost is one line on what a context used of its budget.
func cost(r messages.AssembleReply) string {
	t := r.Tokens
	return fmt.Sprintf("%d of %s in %s: immediate %d, short_term %d, long_term %d, overhead %d",
		t.Total, shell.Plural(t.Max, "token"), shell.Plural(len(r.IDs), "item"), t.Immediate, t.ShortTerm, t.LongTerm, t.Overhead)
}

// showExplain prints a line for each candidate.
func showExplain(sh *shell.Shell, candidates []messages.Candidate) error {
	if len(candidates) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(sh.Err, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "\nIN\tLEVEL\tTOKENS\tSCORE\tID\tWHY")
	for _, c := range candidates {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%.3f\t%s\t%s%s\n",
			inOrOut(c.In), c.Level, c.Tokens, c.Score, shell.Printable(c.ID), shell.OneLine(c.Verdict), scoreParts(c.Parts))
	}
	return w.Flush()
}

func inOrOut(in bool) string {
	if in {
		return "in"
	}
	return "-"
}

func scoreParts(parts map[string]float64) string {
	names := slices.Sorted(maps.Keys(parts))
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %.3f", name, parts[name])
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// showTrouble says what an answer could not know fresh, or not reach.
func showTrouble(sh *shell.Shell, stale []messages.Staleness, degraded []messages.Degradation) error {
	for _, s := range stale {
		if _, err := fmt.Fprintf(sh.Err, "stale: what %s has may be %d ms old\n", tierName(s.Tier), s.AgeMS); err != nil {
			return err
		}
	}
	for _, d := range degraded {
		if _, err := fmt.Fprintf(sh.Err, "degraded: %s did not answer (%s), so its items are missing\n", tierName(d.Tier), shell.OneLine(d.Reason)); err != nil {
			return err
		}
	}
	return nil
}

func tierName(tier string) string {
	switch tier {
	case "L2":
		return "the session tier (L2)"
	case "L3":
		return "the user tier (L3)"
	default:
		return shell.OneLine(tier)
	}
}
