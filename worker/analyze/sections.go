package analyze

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/context-manager/context-manager/tiers/page"
)

// section is how much of a text is scanned at once. A scan remembers every word
// where it stands, which for ten MiB of Chinese took 300. A question, or two
// signs of a script without spaces, of which a section has one half alone are
// not seen as one.
const section = 256 << 10

// cutSection divides a text after its first section: where a line ends, else
// after a space, else between two characters.
func cutSection(text string) (first, rest string) {
	if len(text) <= section {
		return text, ""
	}
	at := strings.LastIndexByte(text[section/2:section], '\n')
	if at < 0 {
		at = strings.LastIndexFunc(text[section/2:section], unicode.IsSpace)
	}
	if at += section/2 + 1; at <= section/2 {
		at = section
	}
	for !utf8.RuneStart(text[at]) {
		at++
	}
	return text[:at], text[at:]
}

// findings are what the scans of a text's sections come to.
type findings struct {
	flags         page.Flags
	quotes        int
	stated, asked uint16 // words that are no stop words
	terms         []page.Term
}

// add takes in a section.
func (f *findings) add(s *scan) {
	f.flags |= s.flags()
	if f.quotes += s.quotes; f.quotes > 1 {
		f.flags |= page.Quoted
	}
	stated, asked := s.words()
	f.stated, f.asked = saturated(f.stated, stated), saturated(f.asked, asked)
	f.terms = mergeTerms(f.terms, s.terms())
}

// mergeTerms gives the terms of two texts, both in order of their hashes.
func mergeTerms(a, b []page.Term) []page.Term {
	if len(a) == 0 {
		return b
	}
	all := make([]page.Term, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch x, y := a[0], b[0]; {
		case x.Hash < y.Hash:
			all, a = append(all, x), a[1:]
		case x.Hash > y.Hash:
			all, b = append(all, y), b[1:]
		default:
			all = append(all, page.Term{Hash: x.Hash, D: saturated(x.D, y.D), Q: saturated(x.Q, y.Q)})
			a, b = a[1:], b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// saturated is a sum, or the highest number there is.
func saturated[N uint8 | uint16](a, b N) N {
	if sum := a + b; sum >= a {
		return sum
	}
	return ^N(0)
}
