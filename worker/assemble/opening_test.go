package assemble_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestWhatMayNotComeFirstLosesNoRoom: turns of an assistant alone become lines
// again, which cost more than messages. What is pinned keeps its room then,
// whatever the budget, and what was given back for it may come after all.
func TestWhatMayNotComeFirstLosesNoRoom(t *testing.T) {
	t.Parallel()
	for pins := 1; pins < 1<<4; pins++ {
		session, pinned := metersRead(pins)
		alone, all := newWorld(t, pinned, nil), newWorld(t, session, nil)
		for budget := 1; budget < 90; budget++ {
			r := messages.AssembleRequest{MaxTokens: budget, Format: messages.FormatAnthropic, Shares: &messages.Shares{Immediate: 1}, Explain: true}
			reply := all.ask(r)
			for _, id := range alone.ask(r).IDs {
				if !slices.Contains(reply.IDs, id) {
					t.Errorf("%d tokens: the pinned turn %s is not in %q", budget, id, reply.IDs)
				}
			}
			for _, c := range reply.Explain {
				if left := budget - reply.Tokens.Total; !c.In && len(reply.IDs) > 0 && (c.Tokens <= left || strings.Contains(c.Verdict, "repeats")) {
					t.Errorf("%d tokens: turn %s of %d is out with %d left: %s", budget, c.ID, c.Tokens, left, c.Verdict)
				}
			}
		}
	}
}

// metersRead are an assistant's turns of several lengths, and those among them
// that are pinned, a bit each.
func metersRead(pins int) (session, pinned []page.Item) {
	for i := range 4 {
		text := fmt.Sprintf("Meter %d was read%s.", i, strings.Repeat(" again", 3*i%7))
		it := spoken(item(fmt.Sprint(i), page.Immediate, text), page.Assistant, "")
		it.Time += int64(i)
		if pins>>i&1 == 1 {
			it.Flags = page.Pinned
			pinned = append(pinned, it)
		}
		session = append(session, it)
	}
	return session, pinned
}

// TestWhatRepeatsATurnThatWasGivenBackComes: what is said again without fillers may
// have the room that the newer turn with them had not.
func TestWhatRepeatsATurnThatWasGivenBackComes(t *testing.T) {
	t.Parallel()
	brief := spoken(item("brief", page.Immediate, "Meter 4 was read again on Tuesday at noon."), page.Assistant, "")
	long := later(spoken(item("long", page.Immediate, "Well, actually, meter 4 was really just read again on Tuesday at noon indeed."), page.Assistant, ""), time.Minute)
	vast := later(item("vast", page.ShortTerm, "The pump leaks. "+strings.Repeat("It drips. ", 30)), -day) // all that the query is about
	w, came := newWorld(t, []page.Item{brief, long, vast}, nil), ""
	for budget := 1; budget < 60; budget++ {
		reply := w.ask(messages.AssembleRequest{Query: "pump", MaxTokens: budget, Format: messages.FormatAnthropic, Explain: true})
		came += fmt.Sprint(reply.IDs)
		for _, c := range reply.Explain {
			if of, repeats := strings.CutPrefix(c.Verdict, "repeats item "); repeats && !slices.Contains(reply.IDs, of) {
				t.Errorf("%d tokens: %s %s, which is not in %q", budget, c.ID, c.Verdict, reply.IDs)
			}
		}
	}
	if !strings.Contains(came, "[][brief]") || !strings.HasSuffix(came, "[brief][long]"+strings.Repeat("[long]", strings.Count(came, "[long]")-1)) {
		t.Errorf("by budget come %s", came)
	}
}
