package shell

import (
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestPrintableShowsNoControlCharacters(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.String().Draw(rt, "text") + rapid.SampledFrom([]string{"", "\x1b[2J", "\u202e", "\x7f", "\u009b", "\xff", "\r"}).Draw(rt, "more")
		for _, r := range Printable(text) {
			if unicode.IsControl(r) && r != '\n' && r != '\t' || bidiControl(r) {
				rt.Fatalf("%q has %U", Printable(text), r)
			}
		}
		if strings.ContainsAny(OneLine(text), "\n\t\r") {
			rt.Fatalf("%q is more than a line", OneLine(text))
		}
	})
}

func TestPrintableLeavesTextAsItIs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "Graça, 日本語, עברית\n\ttab", "100 % — “quoted”"} {
		if got := Printable(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestShellQuoteIsOneWord(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "plain-1.json", "two words", "it's", `$HOME "x" \`, "*", "a;b", "São"} {
		out, err := exec.CommandContext(t.Context(), sh, "-c", "printf '%s|' "+Quote(text)).Output()
		if err != nil || string(out) != text+"|" {
			t.Errorf("%q came out as %q, %v", text, out, err)
		}
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{{"abcdef", 0, "abcdef"}, {"abcdef", 6, "abcdef"}, {"abcdef", 5, "abcd…"}, {"日本語です", 3, "日本…"}, {"ab", 1, "a…"}} {
		if got := Clip(c.text, c.width); got != c.want {
			t.Errorf("clip(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestColourOnlyWhereItIsWanted(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if sh := New(Environment{}, nil, &out, &out); sh.colour || sh.Width != 0 {
		t.Errorf("a buffer is taken for a terminal: %+v", sh)
	}
	if got := (&Shell{colour: true}).Paint(Bold, "x"); got != Bold+"x"+reset {
		t.Errorf("got %q", got)
	}
}
