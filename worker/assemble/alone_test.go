package assemble_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestOnlyATurnStandsAlone: what has no room under a heading comes as a message
// if it is a live turn that the format takes as the first, and else not at all.
func TestOnlyATurnStandsAlone(t *testing.T) {
	t.Parallel()
	const text = "The key is under the mat."
	f := testAnalyzer(t).Framing()
	room := f.Priming + f.Message + f.Count(text) // for a message, and for no line under a heading
	openAI, anthropic := messages.FormatOpenAI, messages.FormatAnthropic
	for name, c := range map[string]struct {
		level  page.Level
		role   page.Role
		format messages.Format
		comes  bool
	}{
		"a user's turn":              {page.Immediate, page.User, anthropic, true},
		"an assistant's turn":        {page.Immediate, page.Assistant, openAI, true},
		"one that may not be first":  {page.Immediate, page.Assistant, anthropic, false},
		"one that may be no message": {page.Immediate, page.System, anthropic, false},
		"a note":                     {page.ShortTerm, page.User, anthropic, false},
		"a note, among OpenAI's":     {page.ShortTerm, page.User, openAI, false},
	} {
		it := spoken(item("pin", c.level, text), c.role, "")
		it.Flags = page.Pinned
		r := newWorld(t, []page.Item{it}, nil).ask(messages.AssembleRequest{MaxTokens: room, Format: c.format})
		if (len(r.Messages) == 1) != c.comes || len(r.IDs) != len(r.Messages) {
			t.Errorf("%s: %q came as %q", name, r.IDs, r.Messages)
		}
	}
}

// TestWhatStandsAloneIsNotReadAfterWhatIsNewer: where an old turn has room as a message
// alone, newer ones are messages too and no lines before it.
func TestWhatStandsAloneIsNotReadAfterWhatIsNewer(t *testing.T) {
	t.Parallel()
	old := spoken(item("old", page.Immediate, "Keep it."), page.Assistant, strings.Repeat("a long name ", 6)+"x")
	newest := later(item("newest", page.Immediate, strings.Repeat("A turn that has no room. ", 7)), 2*time.Minute)
	old.Flags = page.Pinned
	note := later(item("note", page.ShortTerm, "Mind it."), time.Minute)
	note.Flags = page.Pinned
	for pin, times := range map[page.Flags]int{page.Pinned: 7, 0: 1} {
		newer := later(spoken(item("newer", page.Immediate, strings.Repeat("Keep this as well. ", times)), page.User, "Ana"), time.Minute)
		newer.Flags = pin
		w, both := newWorld(t, []page.Item{old, newer, newest}, nil), 0
		for budget := 1; budget < 64; budget++ {
			r := w.ask(messages.AssembleRequest{MaxTokens: budget, Format: messages.FormatOpenAI})
			if len(r.IDs) < 2 {
				continue
			}
			if both++; !slices.Equal(r.IDs, []string{"old", "newer"}) {
				t.Errorf("%d tokens, newer is pinned %v: %v come in this order: %q", budget, pin != 0, r.IDs, r.Messages)
			}
			if got := rendered(t, r); got > budget || got != r.Tokens.Total {
				t.Errorf("%d tokens of %d are said to be %d", got, budget, r.Tokens.Total)
			}
		}
		if both == 0 {
			t.Error("both never come")
		}
		r := newWorld(t, []page.Item{old, note, newer, newest}, nil).ask(messages.AssembleRequest{MaxTokens: 68, Format: messages.FormatOpenAI})
		if want := []string{"note", "old", "newer"}; pin != 0 && (!slices.Equal(r.IDs, want) || len(r.Messages) != len(want)) {
			t.Errorf("%q come as %q: a note is no message", r.IDs, r.Messages)
		}
	}
}

// TestWhatHasNoRoomAsAMessageStaysALine: tool output costs more as one, and where a note
// is under the heading no room is won by leaving it.
func TestWhatHasNoRoomAsAMessageStaysALine(t *testing.T) {
	t.Parallel()
	old := spoken(item("old", page.Immediate, "Keep it."), page.Assistant, strings.Repeat("a long name ", 6)+"x")
	note := later(item("note", page.ShortTerm, "Mind it."), time.Minute)
	output := later(spoken(item("output", page.Immediate, "2 degrees"), page.Tool, ""), time.Minute)
	newest := later(item("newest", page.Immediate, strings.Repeat("A turn that has no room. ", 3)), 2*time.Minute)
	old.Flags, note.Flags, output.Flags = page.Pinned, page.Pinned, page.Pinned
	w, orders := newWorld(t, []page.Item{old, note, output, newest}, nil), ""
	for budget := 1; budget < 60; budget++ {
		r := w.ask(messages.AssembleRequest{MaxTokens: budget, Format: messages.FormatOpenAI})
		if got := rendered(t, r); got > budget || got != r.Tokens.Total {
			t.Errorf("%d tokens, said to be %d, of %d", got, r.Tokens.Total, budget)
		}
		orders += strings.Join(r.IDs, " ") + "\n"
	}
	if !strings.Contains(orders, "\nnote output old\n") || !strings.Contains(orders, "\nnote old output\n") {
		t.Errorf("by budget come\n%s", orders)
	}
}
