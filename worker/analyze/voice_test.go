package analyze

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/tiers/page"
)

// TestWhoseTurnsAQuestionIsAbout: the first subject tells, or whose something is.
func TestWhoseTurnsAQuestionIsAbout(t *testing.T) {
	t.Parallel()
	for question, want := range map[string]page.Role{
		"When did I buy the laptop?":                            page.User,
		"What was my budget for the kitchen?":                   page.User,
		"What did I tell you about my knee?":                    page.User,
		"How much did our trip cost?":                           page.User,
		"Which restaurant did you recommend to me?":             page.Assistant,
		"What was your advice about the roof?":                  page.Assistant,
		"How long did you say I should rest?":                   page.Assistant,
		"Can you tell me when I bought the laptop?":             page.User,
		"Do you remember my budget?":                            page.User,
		"What do you think of my budget?":                       page.User,
		"Could you remind me which restaurant you recommended?": page.Assistant,
		"When did Ana buy the laptop?":                          0,
		"What did we decide about the roof?":                    0,
		"What did she say I should do?":                         0,
		"":                                                      0,
		"Was habe ich im Mai gekauft und was hat das gekostet?": 0,
	} {
		if got := testAnalyzer(t).Query(question, "", time.Now()).About; got != want {
			t.Errorf("%q is about the turns of role %d, want %d", question, got, want)
		}
	}
}
