package assemble_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestThatAFactIsNewerIsAPart: it has the score of an older one that it comes before.
func TestThatAFactIsNewerIsAPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, chatter(page.ShortTerm, 4), []page.Item{
		item("old", page.LongTerm, "Favorite color: blue"),
		later(item("new", page.LongTerm, "Changed my mind, my favorite color is green these days"), day),
	})
	parts := map[string]map[string]float64{}
	for _, c := range w.ask(messages.AssembleRequest{Query: "What is my favorite color?", MaxTokens: 500, Explain: true}).Explain {
		parts[c.ID] = c.Parts
	}
	if lift, told := parts["new"]["newer"]; !told || lift <= 1 || parts["old"]["newer"] != 0 {
		t.Errorf("the parts are %v of the newer fact and %v of the older", parts["new"], parts["old"])
	}
}

// TestOnlyFactsAreLiftedToOlderOnes: of other items no lift is told, however the
// parts of their scores round.
func TestOnlyFactsAreLiftedToOlderOnes(t *testing.T) {
	t.Parallel()
	everyCheck(t, func(t *rapid.T, w *world, r messages.AssembleRequest, _ messages.AssembleReply) {
		r.Explain, r.HalfLifeMS = true, rapid.Int64Range(1e9, 1e10).Draw(t, "half_life")
		for _, c := range w.ask(r).Explain {
			if by, lifted := c.Parts["newer"]; lifted && c.Level != messages.LongTerm {
				t.Fatalf("%s is lifted by %v: %v", c.ID, by, c.Parts)
			}
		}
	})
}

// TestANewerFactThatSaysFarLessIsNotLifted, nor one that has nothing to do with
// the query: being newer makes up for a little alone.
func TestANewerFactThatSaysFarLessIsNotLifted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		query string
		newer float32 // importance
		lifts bool
	}{
		"as good, and nearly as important": {"color", 0.8, true},
		"as good, and far less important":  {"color", 0, false},
		"of nothing that is asked":         {"thesis", 0.8, false},
	} {
		user := []page.Item{
			item("old", page.LongTerm, "Favorite color: blue"), later(item("new", page.LongTerm, "Favorite color: green"), day),
			item("other", page.LongTerm, "Writes a thesis"),
		}
		user[0].Importance, user[1].Importance = 1, c.newer
		for _, got := range newWorld(t, nil, user).ask(messages.AssembleRequest{Query: c.query, MaxTokens: 500, Explain: true}).Explain {
			if _, lifted := got.Parts["newer"]; lifted != (c.lifts && got.ID == "new") {
				t.Errorf("%s: that %s is lifted is %t", name, got.ID, lifted)
			}
		}
	}
}
