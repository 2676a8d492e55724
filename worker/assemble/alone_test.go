package assemble_test

import (
	"testing"

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
