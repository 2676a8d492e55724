package analyze

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// prefixed appends the hashes of a Hebrew or Arabic word with each of the little words
// that are written as one with the next, "and", "the", "in", and of the word without
// its own: "הבית" and "בבית" are found by "בית", and by each other. Nothing tells such a
// letter from a word's first, so this is for words that are not found as they are.
func (l *lexicon) prefixed(dst []uint32, lower string) []uint32 {
	prefixes := prefixesOf(lower)
	forms := []string{lower}
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(lower, p); ok && utf8.RuneCountInString(rest) > 1 {
			forms = append(forms, rest)
			dst = append(dst, hashTerm(l.stemOf(rest)))
		}
	}
	for _, form := range forms {
		for _, p := range prefixes {
			dst = append(dst, hashTerm(l.stemOf(p+form)))
		}
	}
	return dst
}

// prefixesOf are the little words of the language in whose letters a word is written.
// The stemmer takes the Arabic article off, but not together with "and".
func prefixesOf(word string) []string {
	switch first, _ := utf8.DecodeRuneInString(word); {
	case unicode.Is(unicode.Hebrew, first):
		return []string{"ו", "ה", "ב", "כ", "ל", "מ", "ש"}
	case unicode.Is(unicode.Arabic, first):
		return []string{"و", "وال", "ف", "ب", "ل"}
	}
	return nil
}
