package analyze

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// TestLinesAndTextsAreCountedAsTheyAre is for texts of everything that pieces
// are cut by, at both ends above all: what is counted together for the line and
// the text is what each costs alone.
func TestLinesAndTextsAreCountedAsTheyAre(t *testing.T) {
	t.Parallel()
	c, err := newCounter()
	if err != nil {
		t.Fatal(err)
	}
	part := rapid.SampledFrom([]string{
		" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u2028", "a", "Ana", "iPhone", "DON'T", "don't", "'s", "'", "'l", "ll", "12", "3456", ".", "...", "?!", "/", "//",
		": ", ":", "-", "{\"a\": [1]}", "\u4f60\u597d", "\u3002", "\u00e9", "e\u0301", "\U0001F600", "\u0645", "\xff", "<|endoftext|>",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "text"), "")
		name := strings.Join(rapid.SliceOfN(part, 0, 3).Draw(t, "name"), "")
		line := string(assemble.AppendLine(nil, page.User, name, text))
		ofLine, ofText := c.countLine(line, text)
		if wantLine, wantText := c.count(line), c.count(text); ofLine != wantLine || ofText != wantText {
			t.Fatalf("%q costs %d and its text %d; want %d and %d", line, ofLine, ofText, wantLine, wantText)
		}
	})
}
