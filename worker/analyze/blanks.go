package analyze

import (
	"unicode"

	"github.com/tiktoken-go/tokenizer"
)

// blanks are the tokens of the vocabulary that white space may be made of, each
// with its rank.
//
// White space is counted by these, and not by the tokenizer: its generated
// matcher cuts white space after the first line feed, where the pattern says
// after the last. That costs a token for each blank line that is not empty, and
// work that grows with the square of their number.
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
	if _, whole := b[piece]; whole {
		return 1
	}
	return newMerging(b, piece).run()
}
