package analyze

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// TestWordsAreFoundTogetherOrApart: a number with its unit, and what a hyphen joins,
// by those who write it the other way, and both as what it is.
func TestWordsAreFoundTogetherOrApart(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"10kg", "10 kg", "10-kg"}, {"5pm", "5 pm"}, {"90Min", "90 min"}, {"1,500m", "1500 m"}, {"2.4GHz", "2.4 ghz"},
		{"e-mail", "email"}, {"Wi-Fi", "wifi", "Wi\u2011Fi"}, {"log-in", "login", "logins"}, {"covid-19", "Covid19"}, {"t-shirts", "tshirt"},
	} {
		for _, stored := range same {
			it := analysed(t, "We spoke of the "+stored+" there.")
			for _, query := range same {
				terms := testAnalyzer(t).Query("the "+query, "en", time.Time{}).Terms
				if !slices.ContainsFunc(terms, func(q assemble.Term) bool { return isTerm(it, q.Hash) }) {
					t.Errorf("%q is not found by %q", stored, query)
				}
			}
		}
	}
}

// TestVariantsAreNoWords: they make no text longer, stand in no date's way and are not
// looked for beside it, and are asked where their words are.
func TestVariantsAreNoWords(t *testing.T) {
	t.Parallel()
	for text, other := range map[string]string{"2023-05-17": "202305", "on the 3rd": "rd", "state-of-the-art": "ofthe", "0x10kg": "kg", "10 - kg": "10kg", "a - mail": "amail"} {
		if it := analysed(t, text); holds(t, it, other) {
			t.Errorf("%q is found by %q", text, other)
		}
	}
	for _, number := range []string{"3rd", "0x10kg", "17t10", "1e5x"} {
		if it := analysed(t, number); len(it.Terms) != 1 {
			t.Errorf("%q has %d words", number, len(it.Terms))
		}
	}
	if it := analysed(t, "Is the e-mail there? It has 10kg."); it.WordsQ != 1 || it.WordsD != 1 || len(it.Terms) != 5 || !slices.ContainsFunc(it.Terms, func(t page.Term) bool { return t.Q == 1 }) {
		t.Errorf("%d words are asked and %d stated, of %+v", it.WordsQ, it.WordsD, it.Terms)
	}
	for query, c := range map[string]struct{ language, joined string }{
		"in mid-May 10kg": {"en", "midmay"}, "na sexta-feira passada": {"pt", "sextafeira"}, "the log-in": {"en", ""},
	} {
		q := testAnalyzer(t).Query(query, c.language, time.Now())
		if len(q.Spans) != min(1, len(c.joined)) {
			t.Errorf("%q has the dates %v", query, q.Spans)
		}
		for _, term := range q.Terms {
			if c.joined != "" && term.Hash == testAnalyzer(t).Query(c.joined, c.language, time.Now()).Terms[0].Hash {
				t.Errorf("%q is looked for by %q", query, c.joined)
			}
			if term.Variant != (term.Word == "login" || term.Word == "10" || term.Word == "kg") {
				t.Errorf("%q has the variant %q: %v", query, term.Word, term.Variant)
			}
		}
	}
}

// TestAcronymsThatAreStopWordsInSmallLetters are found as what they are, and with
// their points, where a text is not all in capitals.
func TestAcronymsThatAreStopWordsInSmallLetters(t *testing.T) {
	t.Parallel()
	for text, found := range map[string][2]bool{
		"She moved to the US in May":   {true, false},
		"She moved to the U.S. in May": {true, false},
		"US visa":                      {true, false},
		"my brother works in IT":       {false, true},
		"ask the I.T. department":      {false, true},
		"she told us that it is":       {false, false},
		"in the UK, US and EU":         {true, false},
		"SHE TOLD US THAT":             {false, false},
		"I LOVE IT":                    {false, false},
		"I sold the bus":               {false, false},
		"BUT I live in the US":         {true, false},
	} {
		it := analysed(t, text)
		for i, acronym := range []string{"US", "IT"} {
			if holds(t, it, acronym) != found[i] {
				t.Errorf("%q is found by %q: %v", text, acronym, !found[i])
			}
		}
	}
	if it := analysed(t, "the US"); it.WordsD != 1 {
		t.Errorf("an acronym is %d words", it.WordsD)
	}
}

func isTerm(it page.Item, hash uint32) bool {
	return slices.ContainsFunc(it.Terms, func(t page.Term) bool { return t.Hash == hash })
}

// TestWhatIsSaidIsFoundByItself: a query and a turn are read alike, whatever stands in them.
func TestWhatIsSaidIsFoundByItself(t *testing.T) {
	t.Parallel()
	more := rapid.SampledFrom([]string{"-", "\u2011", " ", "l'", "10kg", "1,000m", "e-", "mail", "US", "IT", "getName", "a_b", "3rd", "sexta-feira", "\u200f", "בבית", "والبيت", "１０ｋｇ"})
	rapid.Check(t, func(t *rapid.T) {
		said := text().Draw(t, "text") + strings.Join(rapid.SliceOfN(more, 0, 8).Draw(t, "more"), "")
		language := rapid.SampledFrom([]string{"", "en", "fr", "de", "pt", "tr", "ja", "und"}).Draw(t, "language")
		it := page.Item{Role: page.User, Text: said, Language: language}
		testAnalyzer(t).Item(&it)
		for _, term := range testAnalyzer(t).Query(said, it.Language, time.Time{}).Terms {
			if term.Class != assemble.Date && !isTerm(it, term.Hash) { // a stop word may be a part of a date
				t.Fatalf("%q (%s) is not found by its word %q", said, it.Language, term.Word)
			}
		}
	})
}
