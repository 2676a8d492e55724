package analyze

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// scraps are pieces that stress the splitter: signs, slashes, contractions,
// line ends, white space, marks, scripts with and without case.
func scraps() []string {
	return []string{
		"a", "B", "word", "Word", "WORD", "wOrD", "1", "12345", "²", " ", "  ", "\t", "\n", "\r\n", "\n\n", "/", "//", "!", "?!", "...",
		"'s", "'S", "'re", "'LL", "'ſ", "'x", "'", "\"", "(", "<|endoftext|>", "é", "É", "ß", "ǅ", "ʰ", "ª", "世界", "日本", "カタカナ", "한국어",
		"\u0301", "\u0e31", "ไทย", "עברית", "عربى", "हिन्दी", "\u00a0", "\u2028", "\u0085", "\u3000", "😀", "👍🏽", "\u200d", "\x00", "\x7f", "_", "-", "$", "€", "٣", "Ⅷ",
	}
}

func text() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(scraps()), rapid.StringN(0, 4, -1)), 0, 14).Draw(t, "parts")
		return strings.Join(parts, "")
	})
}

func TestCountEqualsTheTokenizer(t *testing.T) {
	t.Parallel()
	c := testCounter(t)
	rapid.Check(t, func(t *rapid.T) {
		s := text().Draw(t, "text")
		if got, want := c.count(s), c.encode(s); got != want {
			t.Fatalf("count(%q) = %d, the tokenizer says %d", s, got, want)
		}
	})
}

func FuzzCount(f *testing.F) {
	for _, s := range scraps() {
		f.Add(s + s)
	}
	c := testCounter(f)
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := c.count(s), c.encode(s); got != want {
			t.Fatalf("count(%q) = %d, the tokenizer says %d", s, got, want)
		}
	})
}

// U+007F is a token of the vocabulary and a part of no other, wherever it stands.
func TestDeleteCostsAToken(t *testing.T) {
	t.Parallel()
	c := testCounter(t)
	for text, want := range map[string]int{
		"\x7f": 1, "\x7f\x7f": 2, "a\x7f": 2, "a\x7f\x7fb": 4, "\x7fabc": 2, "a \x7f!\n": 4, strings.Repeat("\x7f", 5000): 5000,
	} {
		if got := c.count(text); got != want {
			t.Errorf("%.20q costs %d tokens, want %d", text, got, want)
		}
	}
}

func testCounter(tb testing.TB) *counter {
	tb.Helper()
	c, err := newCounter()
	if err != nil {
		tb.Fatal(err)
	}
	return c
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
