package assemble

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, word string
		want       bool
	}{
		{"Ana", "ana", true}, {"Ana Souza", "souza", true}, {"Ana Souza", "sou", false}, {"Juliana", "ana", false},
		{"O'Brien", "o'brien", true}, {"Zoë", "zoë", true}, {"search_api", "search", true}, {"A", "a", false}, {"", "ana", false},
	} {
		var table wordTable
		table.fill(&Query{Terms: []Term{{Word: "other"}, {Word: c.word}}})
		if got := table.appendTerms(nil, c.name); slices.Contains(got, 1) != c.want || len(got) > 1 {
			t.Errorf("%q names %q: %v", c.word, c.name, got)
		}
	}
}

func unaccented(r rune) rune {
	switch r {
	case 'é', 'ë':
		return 'e'
	}
	return r
}

// TestNoNameIsPassedOverThatAQueryHas: the set of initials is quick, and never
// wrong about a name that a word of the query stands in.
func TestNoNameIsPassedOverThatAQueryHas(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"ana", "Ana", "BO", "zoë", "zoe", "Émile", "emile", "o'brien", "souza", "田中", "x9", "\u0301a"})
	between := rapid.SampledFrom([]string{" ", "_", "-", ".", "·", "・", "—", "‹", "\u00a0", "'"})
	rapid.Check(t, func(t *rapid.T) {
		name := word.Draw(t, "first")
		for range rapid.IntRange(0, 3).Draw(t, "more") {
			name += between.Draw(t, "between") + word.Draw(t, "next")
		}
		terms := []Term{{Word: strings.ToLower(word.Draw(t, "asked"))}}
		var table wordTable
		table.fill(&Query{Terms: terms, Plain: func(lower string) string { return strings.Map(unaccented, lower) }})
		set := initialsOf(table.words)
		if len(table.appendTerms(nil, name)) > 0 && !set.any(name) {
			t.Fatalf("%q is passed over for %q", name, terms[0].Word)
		}
	})
}

// TestWhoAQueryIsAbout: the one that it names, were it only as the owner of
// something; of several the one that is not.
func TestWhoAQueryIsAbout(t *testing.T) {
	t.Parallel()
	ana, bo := namedWord{Term: &Term{Word: "ana"}}, namedWord{Term: &Term{Word: "bo"}}
	anas, bos := namedWord{ana.Term, true}, namedWord{bo.Term, true}
	for _, c := range []struct {
		named []namedWord
		lead  int32
	}{
		{nil, none}, {[]namedWord{ana}, 0}, {[]namedWord{anas}, 0}, {[]namedWord{anas, bo}, 1}, {[]namedWord{ana, bos}, 0}, {[]namedWord{ana, bo}, none}, {[]namedWord{anas, bos}, none},
	} {
		n := names{words: c.named}
		if n.findLead(); n.lead != c.lead {
			t.Errorf("of %d names, the lead is %d, want %d", len(c.named), n.lead, c.lead)
		}
	}
}
