package analyze

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/tiers/page"
)

// A long text has the words that it has as a whole, whichever sections they lie in.
func TestSectionsHaveTheWordsOfTheWhole(t *testing.T) {
	t.Parallel()
	a := testAnalyzer(t)
	lines := []string{
		"Paris was full of people in March 2024.\n", "Do you like \"blue\" jam?\n", "the end of it all\n",
		strings.Repeat("unusual ", 500) + "\n", "naïve cafés\n",
	}
	var text strings.Builder
	for i := 0; text.Len() < 3*section; i++ {
		text.WriteString(lines[i*i%len(lines)])
	}
	it := page.Item{Text: text.String()}
	a.Item(&it)
	whole, s := findings{}, &scan{lexicons: a.lexicons}
	s.run(it.Text, fallback)
	whole.add(s)
	if !slices.Equal(it.Terms, whole.terms) || it.Flags != whole.flags || it.WordsD != whole.stated || it.WordsQ != whole.asked {
		t.Errorf("%d terms, flags %b, %d and %d words; as a whole %d, %b, %d and %d",
			len(it.Terms), it.Flags, it.WordsD, it.WordsQ, len(whole.terms), whole.flags, whole.stated, whole.asked)
	}
}

// However long a text is, and whatever it is made of, a scan remembers a section.
func TestAScanRemembersASectionAtMost(t *testing.T) {
	t.Parallel()
	a, err := New() // of its own, as its scans are looked into
	if err != nil {
		t.Fatal(err)
	}
	for _, unit := range []string{"漢字", "some words ", "? \""} {
		s := &scan{lexicons: a.lexicons}
		a.scans.New = func() any { return s }
		it := page.Item{Text: strings.Repeat(unit, 2*section/len(unit))}
		a.Item(&it)
		if words := cap(s.found); words > section {
			t.Errorf("%q: %d words are remembered", unit, words)
		}
		if got := int(it.WordsD) + int(it.WordsQ); unit != "? \"" && (got == 0 || len(it.Terms) == 0) {
			t.Errorf("%q: no words were found", unit)
		}
	}
}

func TestSectionsEndWhereTheyCan(t *testing.T) {
	t.Parallel()
	x := func(n int) string { return strings.Repeat("x", n) }
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"short":                 {x(section), section},
		"a line":                {x(section-9) + "\n" + x(4) + " " + x(section), section - 8},
		"a space":               {x(section-9) + " " + x(section), section - 8},
		"a line too soon":       {x(9) + "\n" + x(section), section},
		"nothing":               {x(2 * section), section},
		"inside of a character": {x(section-1) + "é" + x(9), section + 1},
	} {
		first, rest := cutSection(c.text)
		if len(first) != c.want || first+rest != c.text {
			t.Errorf("%s: a section of %d bytes, want %d; all of it: %v", name, len(first), c.want, first+rest == c.text)
		}
	}
}

func TestMergedTermsStayInOrderAndSaturate(t *testing.T) {
	t.Parallel()
	a := []page.Term{{Hash: 1, D: 200, Q: 1}, {Hash: 3, D: 1}, {Hash: 9, Q: 2}}
	b := []page.Term{{Hash: 1, D: 100, Q: 2}, {Hash: 2, Q: 1}, {Hash: 3, D: 4}}
	want := []page.Term{{Hash: 1, D: math.MaxUint8, Q: 3}, {Hash: 2, Q: 1}, {Hash: 3, D: 5}, {Hash: 9, Q: 2}}
	if got := mergeTerms(a, b); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := mergeTerms(b, a); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
