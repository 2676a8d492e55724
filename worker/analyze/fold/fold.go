// Package fold makes words alike that are written in several ways.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Width gives a letter or sign of the width of an ideograph, as Japanese and
// Chinese texts have them, in its usual form: "２０２３" is found by "2023".
func Width(r rune) rune {
	if r < '！' || r > '～' {
		return r
	}
	return r - '！' + '!'
}

// Spelling writes a lower-case word as people who spare themselves a letter of the
// language do: "straße" is found by "strasse", "cœur" by "coeur" and "ёлка" by "елка".
// Letters that a typesetter joined, as texts out of PDF files have them, are two again.
// What a stemmer makes of the two may differ by more than that letter.
func Spelling(word string) string {
	if !ascii(word) {
		for _, s := range [...][2]string{{"ß", "ss"}, {"œ", "oe"}, {"ё", "е"}, {"ﬃ", "ffi"}, {"ﬄ", "ffl"}, {"ﬀ", "ff"}, {"ﬁ", "fi"}, {"ﬂ", "fl"}} {
			word = strings.ReplaceAll(word, s[0], s[1])
		}
	}
	return word
}

// Plain is a lower-case word in all that people spare themselves.
func Plain(word string) string { return Accents(Spelling(word)) }

// Accents takes accents off the lower-case Latin and Greek letters of a word, since
// people leave them out: "café" is found by "cafe", and "nội" by "noi". Greek capitals
// have no accents, and one sigma.
func Accents(word string) string {
	if ascii(word) {
		return word
	}
	return unaccented(word)
}

func ascii(word string) bool {
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func unaccented(word string) string {
	b := make([]byte, 0, len(word))
	for _, r := range word {
		if plain := others(r); plain != "" {
			b = append(b, plain...)
			continue
		}
		b = utf8.AppendRune(b, base(r))
	}
	return string(b)
}

// base is the letter that an accent stands on, in Latin and Greek: the accents of
// other scripts make other letters.
func base(r rune) rune {
	var room [utf8.UTFMax]byte
	parts := norm.NFD.Properties(utf8.AppendRune(room[:0], r)).Decomposition()
	if first, _ := utf8.DecodeRune(parts); unicode.In(first, unicode.Latin, unicode.Greek) {
		return first
	}
	return r
}

// others is how a letter is written that has no accent, and that people write
// otherwise all the same, or "".
func others(r rune) string {
	switch r {
	case 'æ':
		return "ae"
	case 'ø':
		return "o"
	case 'đ':
		return "d"
	case 'ł':
		return "l"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	}
	return ""
}
