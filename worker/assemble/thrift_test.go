package assemble_test

import (
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// payers are two items that hold the same words of a query, a long one that
// says more besides and a short one, among chatter.
func payers() []page.Item {
	long := "The ferry leaves from the north pier, and there is a queue, so come early, bring water, and do not forget the tickets that I left on the shelf."
	return append(chatter(page.ShortTerm, 40),
		later(item("long", page.ShortTerm, long), 10*day),
		later(item("short", page.ShortTerm, "The ferry leaves from pier nine."), 12*day))
}

// tokensPart gives by id what tokens do to the scores.
func tokensPart(w *world, r messages.AssembleRequest) map[string]float64 {
	r.Query, r.Explain = "Where does the ferry leave?", true
	parts := map[string]float64{}
	for _, c := range w.ask(r).Explain {
		if v, ok := c.Parts["tokens"]; ok {
			parts[c.ID] = v
		}
	}
	return parts
}

func TestItemsPayForTheirTokensWhereManyFit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, payers(), nil)
	many := tokensPart(w, messages.AssembleRequest{MaxTokens: 400})
	if !(many["short"] > 1 && many["long"] < 1 && many["long"] > 0.5) {
		t.Errorf("where many fit the short one has %v, the long one %v", many["short"], many["long"])
	}
	more := tokensPart(w, messages.AssembleRequest{MaxTokens: 4000})
	if more["long"] >= many["long"] {
		t.Errorf("the long one has %v, and %v where more fit", many["long"], more["long"])
	}
	for name, r := range map[string]messages.AssembleRequest{
		"few fit":        {MaxTokens: 100},
		"items run out":  {MaxTokens: 4000, MaxItems: 10},
		"all is kept":    {MaxTokens: 500, ReserveTokens: 450},
		"there is no it": {MaxTokens: 0},
	} {
		if parts := tokensPart(w, r); len(parts) > 0 {
			t.Errorf("%s: items pay for their tokens: %v", name, parts)
		}
	}
}

// TestWhatAPastePaysIsBounded: a log of a thousand tokens that answers still comes.
func TestWhatAPastePaysIsBounded(t *testing.T) {
	t.Parallel()
	log := strings.Repeat("The ferry leaves, it says here. ", 120)
	session := append(payers(), later(item("log", page.ShortTerm, log), 20*day))
	if got := tokensPart(newWorld(t, session, nil), messages.AssembleRequest{MaxTokens: 4000})["log"]; got < 0.5 {
		t.Errorf("a paste's score is multiplied by %v, want half at least", got)
	}
}
