package analyze

import (
	"unicode"
	"unicode/utf8"
)

// A class says which sets of the o200k_base splitting pattern a rune is in.
type class uint8

const (
	upper  class = 1 << iota // [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]
	lower                    // [\p{Ll}\p{Lm}\p{Lo}\p{M}]
	letter                   // \p{L}
	digit                    // \p{N}
	space                    // \s
	crlf                     // [\r\n]
)

func classAt(s string, i int) (class, int) {
	if i >= len(s) {
		return 0, 0
	}
	if b := s[i]; b < utf8.RuneSelf {
		return asciiClass(b), 1
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	return runeClass(r), n
}

func asciiClass(b byte) class {
	switch {
	case 'a' <= b && b <= 'z':
		return lower | letter
	case 'A' <= b && b <= 'Z':
		return upper | letter
	case '0' <= b && b <= '9':
		return digit
	case b == '\r' || b == '\n':
		return space | crlf
	case b == ' ' || b == '\t' || b == '\v' || b == '\f':
		return space
	default:
		return 0
	}
}

func runeClass(r rune) class {
	switch {
	case unicode.Is(unicode.L, r):
		return letter | letterClass(r)
	case unicode.Is(unicode.M, r):
		return upper | lower
	case unicode.Is(unicode.N, r):
		return digit
	case unicode.IsSpace(r):
		return space
	default:
		return 0
	}
}

func letterClass(r rune) class {
	switch {
	case unicode.Is(unicode.Ll, r):
		return lower
	case unicode.Is(unicode.Lu, r), unicode.Is(unicode.Lt, r):
		return upper
	default:
		return upper | lower
	}
}
