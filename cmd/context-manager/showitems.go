package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// showItems prints a line an item. On a terminal a line is cut to its width.
func showItems(sh *shell.Shell, items []messages.Item) error {
	if len(items) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(sh.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "TIME (UTC)\tLEVEL\tTOKENS\tREVISION\tID\tTEXT")
	room := textRoom(sh.Width, items)
	for i := range items {
		it := &items[i]
		_, _ = fmt.Fprintf(w, "%s\t%s%s\t%d\t%d\t%s\t%s\n",
			shell.Clock(it.Time), it.Level, pin(it), it.Tokens, it.Revision, shell.Printable(it.ID), shell.Clip(speaker(it)+": "+shell.OneLine(it.Text), room))
	}
	return w.Flush()
}

func pin(it *messages.Item) string {
	if it.Pinned {
		return " (pinned)"
	}
	return ""
}

// speaker is who says an item: its name, else its role.
func speaker(it *messages.Item) string {
	if it.Name != "" {
		return shell.OneLine(it.Name)
	}
	return string(it.Role)
}

const (
	otherColumns = 16 + 2 + 10 + 2 + 6 + 2 + 8 + 2 + 2 // of a line, without id and text
	leastRoom    = 24
)

// textRoom is how many columns the text of a line has. 0 means no end, for what is no terminal.
func textRoom(width int, items []messages.Item) int {
	if width == 0 {
		return 0
	}
	longest := 0
	for i := range items {
		longest = max(longest, len([]rune(items[i].ID))+len(pin(&items[i])))
	}
	return max(width-otherColumns-longest, leastRoom)
}
