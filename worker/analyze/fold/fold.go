// Package fold makes words alike that are written in several ways.
package fold

import (
	"strings"
	"unicode/utf8"
)

// Width gives a letter or sign of the width of an ideograph, as Japanese and
// Chinese texts have them, in its usual form: "２０２３" is found by "2023".
func Width(r rune) rune {
	if r < '！' || r > '～' {
		return r
	}
	return r - '！' + '!'
}

// Accents takes accents off the lower-case Latin letters of a word, since
// people leave them out: "café" is found by "cafe".
func Accents(word string) string {
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return strings.Map(unaccented, word)
		}
	}
	return word
}

func unaccented(r rune) rune {
	if r < 'à' || r > 'ț' {
		return r
	}
	switch {
	case strings.ContainsRune("àáâãäåāăą", r):
		return 'a'
	case strings.ContainsRune("çćč", r):
		return 'c'
	case strings.ContainsRune("ďđ", r):
		return 'd'
	case strings.ContainsRune("èéêëēęě", r):
		return 'e'
	case strings.ContainsRune("ìíîïīıį", r):
		return 'i'
	case strings.ContainsRune("ñńňņ", r):
		return 'n'
	case strings.ContainsRune("òóôõöøōő", r):
		return 'o'
	case strings.ContainsRune("ùúûüūůűų", r):
		return 'u'
	case strings.ContainsRune("śšşș", r):
		return 's'
	case strings.ContainsRune("žźż", r):
		return 'z'
	case strings.ContainsRune("ýÿ", r):
		return 'y'
	case strings.ContainsRune("ğ", r):
		return 'g'
	case strings.ContainsRune("łľ", r):
		return 'l'
	case strings.ContainsRune("řŕ", r):
		return 'r'
	case strings.ContainsRune("ťţț", r):
		return 't'
	}
	return r
}
