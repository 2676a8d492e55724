package analyze

import (
	"strings"
	"unicode"

	"github.com/tiktoken-go/tokenizer"
)

// blanks are the tokens of the vocabulary that white space may be made of, each
// with its rank.
//
// White space is counted by these, and not by the tokenizer: its generated matcher
// ends a piece of white space with the first line feeds in it, where the pattern
// says with the last, and looks for the last each time, which is work that grows
// with the square of the number of blank lines. Here the same pieces are cut, so
// that counts are the tokenizer's; o200k_base has a token less for a blank line
// with spaces in it.
type blanks map[string]uint32

// newBlanks reads the vocabulary, in which a token's number is its rank. The
// codec is not to be kept: it has the vocabulary a second time from here on.
func newBlanks(codec tokenizer.Codec) blanks {
	b, written := make(blanks), blankBytes()
	other := func(c byte) bool { return !written[c] }
	for rank := uint32(0); ; rank++ {
		token, err := codec.Decode([]uint{uint(rank)})
		if err != nil {
			return b // it is past the last
		}
		if !hasByte(token, other) {
			b[token] = rank
		}
	}
}

// blankBytes tells which bytes white space is written in.
func blankBytes() (written [256]bool) {
	const last = '\u3000'
	for r := range last + 1 {
		if unicode.IsSpace(r) {
			for _, c := range []byte(string(r)) {
				written[c] = true
			}
		}
	}
	return written
}

func hasByte(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if is(s[i]) {
			return true
		}
	}
	return false
}

// count is how many tokens a piece of white space is.
func (b blanks) count(piece string) int {
	total := 0
	for piece != "" {
		n := lineEnd(piece)
		total += b.line(piece[:n])
		piece = piece[n:]
	}
	return total
}

// lineEnd is where the first line feeds of white space end, and its length if it has none.
func lineEnd(piece string) int {
	at := strings.IndexAny(piece, lineFeeds)
	if at < 0 {
		return len(piece)
	}
	return len(piece) - len(strings.TrimLeft(piece[at:], lineFeeds))
}

const lineFeeds = "\r\n"

// line is count of what ends with the only line feeds in it.
func (b blanks) line(piece string) int {
	if _, whole := b[piece]; whole {
		return 1
	}
	if len(piece) > window {
		if n, ok := inWindows(piece, window, b.tokens); ok {
			return n
		}
	}
	return newMerging(b, piece).run()
}

// tokens are those of white space, or of a part of it.
func (b blanks) tokens(part string) ([]string, bool) {
	m := newMerging(b, part)
	tokens := make([]string, 0, m.run())
	for at := int32(0); int(at) < len(part); at = m.end[at] {
		tokens = append(tokens, part[at:m.end[at]])
	}
	return tokens, true
}
