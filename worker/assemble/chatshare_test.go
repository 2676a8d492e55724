package assemble_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestWhatMessagesCostIsNotTakenFromOthers: messages cost more than lines, and headings
// cost something. A note that alone is about the query, and a fact, come whatever the
// budget: their shares have room for them.
func TestWhatMessagesCostIsNotTakenFromOthers(t *testing.T) {
	t.Parallel()
	var session []page.Item
	for i := range 120 {
		turn := item(fmt.Sprintf("turn%03d", i), page.Immediate, fmt.Sprintf("Go on, %d.", i))
		turn.Time += int64(i)
		if turn.Name = "Ana"; i%2 == 1 {
			turn.Role, turn.Name = page.Assistant, ""
		}
		session = append(session, turn)
	}
	session = append(session, later(item("note", page.ShortTerm, "The launch code is 7421."), -day))
	w := newWorld(t, session, []page.Item{item("fact", page.LongTerm, "Knows the launch code.")})
	for _, format := range []messages.Format{messages.FormatText, messages.FormatOpenAI, messages.FormatAnthropic} {
		for budget := 80; budget <= 400; budget++ {
			reply := w.ask(messages.AssembleRequest{Query: "What is the launch code?", MaxTokens: budget, Format: format})
			if !slices.Contains(reply.IDs, "note") || !slices.Contains(reply.IDs, "fact") || !slices.Contains(reply.IDs, "turn119") {
				t.Fatalf("%s, %d tokens: %v", format, budget, reply.IDs)
			}
		}
	}
}

// TestTurnsThatAreNoMessagesWantNoShareOfThem: Anthropic has no system messages.
func TestTurnsThatAreNoMessagesWantNoShareOfThem(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 40)
	for i := range 40 {
		session = append(session, later(spoken(item(fmt.Sprintf("event%02d", i), page.Immediate, fmt.Sprintf("A door was opened, for the %d. time.", i)), page.System, ""), -day))
	}
	var facts []page.Item
	for i := range 40 {
		facts = append(facts, item(fmt.Sprintf("fact%02d", i), page.LongTerm, fmt.Sprintf("Likes small talk, of kind %d.", i)))
	}
	reply := newWorld(t, session, facts).ask(messages.AssembleRequest{
		Query: "small talk", MaxTokens: 400, Format: messages.FormatAnthropic, Shares: &messages.Shares{Immediate: 2, ShortTerm: 1, LongTerm: 1},
	})
	if n := reply.Tokens; n.LongTerm < 150 || n.ShortTerm < 150 {
		t.Errorf("the share of messages, of which there are none, flows to both others alike: %+v", n)
	}
}
