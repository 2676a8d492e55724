package analyze

import (
	"testing"

	"github.com/context-manager/context-manager/tiers/page"
)

// TestSignsOfOtherScriptsEndSentencesAndQuote, as their fellows of ASCII do: of each
// text so many words are stated, and so many asked.
func TestSignsOfOtherScriptsEndSentencesAndQuote(t *testing.T) {
	t.Parallel()
	const asks, quoted = page.Asks, page.Quoted
	for _, c := range []struct {
		text          string
		stated, asked uint16
		flags         page.Flags
	}{
		{"dogs swim？cats sleep", 2, 2, asks},
		{"dogs swim？！cats sleep", 2, 2, asks},
		{"dogs swim！？cats sleep", 2, 2, asks},
		{"dogs swim。cats sleep？", 2, 2, asks},
		{"dogs swim！cats sleep", 4, 0, 0},
		{"dogs swim؟ cats sleep", 2, 2, asks},
		{"dogs swim। cats sleep?", 2, 2, asks},
		{"dogs swim… cats sleep?", 2, 2, asks},
		{"dogs swim\rcats sleep?", 2, 2, asks},
		{"dogs swim. cats sleep?", 0, 4, asks}, // as after an abbreviation
		{"dogs swim?! cats sleep", 2, 2, asks},
		{"dogs “swim” well", 3, 0, quoted},
		{"dogs 「swim」 well", 3, 0, quoted},
		{"dogs «swim» well", 3, 0, quoted},
		{"dogs „swim well", 3, 0, 0},
	} {
		it := page.Item{Role: page.User, Text: c.text, Language: "en"}
		if testAnalyzer(t).Item(&it); it.WordsD != c.stated || it.WordsQ != c.asked || it.Flags != c.flags {
			t.Errorf("%q: %d words are stated and %d asked, flags %b; want %d and %d, %b", c.text, it.WordsD, it.WordsQ, it.Flags, c.stated, c.asked, c.flags)
		}
	}
}
