package analyze

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// TestWhiteSpaceIsMergedAsPairsAre: as the plain rule has it, which looks at all
// neighbours again after each step.
func TestWhiteSpaceIsMergedAsPairsAre(t *testing.T) {
	t.Parallel()
	c := testCounter(t)
	blank := rapid.StringOfN(rapid.RuneFrom([]rune(" \n\t"), unicode.White_Space), 1, 60, -1)
	rapid.Check(t, func(t *rapid.T) {
		s := blank.Draw(t, "white space")
		if got, want := newMerging(c.blanks, s).run(), plainMerge(c.blanks, s); got != want {
			t.Fatalf("%q is %d tokens, want %d", s, got, want)
		}
	})
}

func plainMerge(ranks map[string]uint32, s string) int {
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
	if got, want := c.count(strings.Repeat("\n ", lines)), lines+1; got != want {
		t.Errorf("%d lines cost %d tokens, want %d", lines, got, want)
	}
}
