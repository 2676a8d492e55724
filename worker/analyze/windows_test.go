package analyze

import (
	"strings"
	"testing"

	"github.com/tiktoken-go/tokenizer"
	"pgregory.net/rapid"
)

// A piece costs the same however small the windows are that it is encoded in.
func TestWindowsChangeNoCount(t *testing.T) {
	t.Parallel()
	c := testCounter(t)
	joined := 0
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SampledFrom([]string{"a", "ab", "aA", "etaoinshrdlu", "ABCdef", "ñé", "漢字仮名", "ㄱㅏ한글", "=", "=-", "#/*", "\x7f!", "😀👍🏽", " ", " \n", "\t\u3000\u2028 "}).Draw(t, "signs")
		piece := rapid.StringOfN(rapid.SampledFrom([]rune(some)), 300, 1500, -1).Draw(t, "text")
		piece = piece[:nextPiece(piece)]
		got, ok := inWindows(piece, rapid.IntRange(100, 200).Draw(t, "window"), c.tokens)
		if want := c.encode(piece); ok && got != want {
			t.Fatalf("%q costs %d in windows, %d as a whole", piece, got, want)
		}
		if ok && len(piece) > 200 {
			joined++
		}
	})
	if joined < 20 {
		t.Errorf("only %d pieces were counted in windows", joined)
	}
}

// Not more than a window is encoded at once, whatever a text is made of, and
// little of it twice.
func TestALongPieceIsEncodedAWindowAtATime(t *testing.T) {
	t.Parallel()
	c := testCounter(t)
	const small = 4 << 10
	for name, unit := range map[string]string{
		"one letter": "a", "capitals": "AB", "words": "lorem", "signs": "=-", "characters": "漢字", "faces": "😀",
		"spaces": " ", "line feeds": "\n", "slashes": "/",
	} {
		text := strings.Repeat(unit, 5*small/len(unit))
		encoded := 0
		got, ok := inWindows(text, small, func(part string) ([]string, bool) {
			encoded += len(part)
			if len(part) > small {
				t.Errorf("%s: %d bytes were encoded at once", name, len(part))
			}
			return c.tokens(part)
		})
		if want := c.encode(text); !ok || got != want {
			t.Errorf("%s: %d tokens (%v), as a whole %d", name, got, ok, want)
		}
		if encoded > len(text)*3/2 {
			t.Errorf("%s: %d bytes were encoded of %d", name, encoded, len(text))
		}
	}
}

func TestAPiecePastAWindowIsCountedInWindows(t *testing.T) {
	t.Parallel()
	whole := testCounter(t)
	heard := &recorder{Codec: whole.codec}
	c := &counter{codec: heard, pieces: newCache[uint16](pieceCacheLimit)}
	for _, text := range []string{strings.Repeat("a", window+99), strings.Repeat(" ", window+99)} {
		if got, want := c.count(text), whole.encode(text); got != want {
			t.Errorf("%.5q…: %d tokens, want %d", text, got, want)
		}
	}
	if heard.longest > window {
		t.Errorf("the tokenizer was given %d bytes at once", heard.longest)
	}
}

// A recorder is the tokenizer, and remembers the longest text that it was given.
type recorder struct {
	tokenizer.Codec
	longest int
}

func (r *recorder) Count(text string) (int, error) {
	r.longest = max(r.longest, len(text))
	return r.Codec.Count(text)
}

func (r *recorder) Encode(text string) ([]uint, []string, error) {
	r.longest = max(r.longest, len(text))
	return r.Codec.Encode(text)
}
