package analyze

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// TestBlankLinesAreWhatTheVocabularySays: a token may be several lines.
func TestBlankLinesAreWhatTheVocabularySays(t *testing.T) {
	t.Parallel()
	c := testCounter(t)
	for text, want := range map[string]int{
		"\n   \n": 1, "\n \n": 1, "\n\t\n": 1, " \n \n": 1, "\n  \n  \n": 2, "\n \n\u3000": 2,
		"a\n    \nb": 3, "a:\n\n\n  \n  b": 5, "\t\n\t\n\t\nBars": 2,
	} {
		if got := c.count(text); got != want {
			t.Errorf("%q costs %d tokens, want %d", text, got, want)
		}
	}
}

// TestWhiteSpaceIsMergedAsPairsAre: as the plain rule has it, which looks at all
// neighbours again after each step.
func TestWhiteSpaceIsMergedAsPairsAre(t *testing.T) {
	t.Parallel()
	c := testCounter(t)
	blank := rapid.StringOfN(rapid.RuneFrom([]rune(" \n\t"), unicode.White_Space), 1, 60, -1)
	rapid.Check(t, func(t *rapid.T) {
		s := blank.Draw(t, "white space")
		if got, want := c.blanks.count(s), plainMerge(c.blanks, s); got != want {
			t.Fatalf("%q is %d tokens, want %d", s, got, want)
		}
	})
}

func plainMerge(ranks map[string]uint32, s string) int {
	if _, ok := ranks[s]; ok {
		return 1
	}
	var parts []string
	for i := range len(s) {
		parts = append(parts, s[i:i+1])
	}
	for {
		at, lowest := -1, uint32(0)
		for i := range len(parts) - 1 {
			if rank, ok := ranks[parts[i]+parts[i+1]]; ok && (at < 0 || rank < lowest) {
				at, lowest = i, rank
			}
		}
		if at < 0 {
			return len(parts)
		}
		parts[at] += parts[at+1]
		parts = append(parts[:at+1], parts[at+2:]...)
	}
}

// TestManyBlankLines: they took work that grew with the square of their
// number, and half a megabyte would outlast the tests' time.
func TestManyBlankLines(t *testing.T) {
	t.Parallel()
	c := testCounter(t)
	const lines = 1 << 18
	if got, want := c.count(strings.Repeat("\n ", lines)), lines/2+1; got != want {
		t.Errorf("%d lines cost %d tokens, want %d", lines, got, want)
	}
}
