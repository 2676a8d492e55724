package assemble_test

import (
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestAWordCountsForLessInALongItem, by how long items are in the mean; words that
// are asked make an item half as long.
func TestAWordCountsForLessInALongItem(t *testing.T) {
	t.Parallel()
	words := strings.TrimSpace(strings.Repeat("apple bread cheese ", 40))
	matches := func(other string) map[string]float64 {
		var facts []page.Item
		for id, text := range map[string]string{
			"short": "The key is under the mat.", "asked": "The key is under the mat. And " + words + "?",
			"stated": "The key is under the mat. And " + words + ".", "other": other,
		} {
			facts = append(facts, later(item(id, page.LongTerm, text), time.Duration(len(facts))*time.Minute))
		}
		got := map[string]float64{}
		for _, c := range newWorld(t, nil, facts).ask(messages.AssembleRequest{Query: "key", MaxTokens: 5000, Explain: true}).Explain {
			got[c.ID] = c.Parts["match"]
		}
		return got
	}
	some, more := matches("It rains."), matches(strings.Repeat(words+" ", 5))
	if !(some["short"] > some["asked"] && some["asked"] > some["stated"] && some["stated"] > 0) {
		t.Errorf("the items match by %v", some)
	}
	if more["stated"] <= some["stated"] {
		t.Errorf("where items are longer the long one matches by %v, and by %v elsewhere", more["stated"], some["stated"])
	}
}
