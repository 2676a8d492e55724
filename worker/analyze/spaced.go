package analyze

import (
	"unicode"
	"unicode/utf8"

	"github.com/context-manager/context-manager/worker/analyze/fold"
)

// spaced takes in a word of a script that puts spaces between words.
func (s *scan) spaced(v string, first rune, size int) {
	s.previous = 0
	start := len(s.lower)
	v = s.acronym(v)
	compound := s.lowerCase(v)
	lexicon := s.lexicons.of(s.language)
	from, to := lexicon.trim(s.lower[start:])
	proper := len(s.found) > s.sentence && !lexicon.nouns && isProper(v, first, size)
	s.add(start+from, start+to, proper)
	s.found[len(s.found)-1].possessive = from == 0 && string(s.lower[start+to:]) == "'s"
	s.vary()
	if compound && first > '9' {
		s.parts(v)
	}
}

// acronym gives "US" and "IT" with their points, since in small letters they say
// nothing. In a text all in capitals they are what they are in another.
func (s *scan) acronym(v string) string {
	shouted := s.capitals && s.gap == " "
	s.capitals = len(v) > 1 && isUpper(v[0]) && isUpper(v[1])
	switch {
	case shouted || s.language != fallback:
	case v == "US":
		return "U.S"
	case v == "IT":
		return "I.T"
	}
	return v
}

// lowerCase appends v in lower case and tells whether it is made of parts, as
// identifiers and file names are.
func (s *scan) lowerCase(v string) (compound bool) {
	small := false // whether the rune before is a small letter
	for i := 0; i < len(v); {
		b := v[i]
		if b >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(v[i:])
			i += n
			small = unicode.IsLower(r)
			s.lower = appendLower(s.lower, r)
			continue
		}
		i++
		if isUpper(b) {
			compound = compound || small || endsCapitals(v, i-1)
			b += 'a' - 'A'
			small = false
		} else {
			compound = compound || isJoint(b)
			small = isSmall(b)
		}
		s.lower = append(s.lower, b)
	}
	return compound
}

func isUpper(b byte) bool { return 'A' <= b && b <= 'Z' }
func isSmall(b byte) bool { return 'a' <= b && b <= 'z' }

// isJoint tells whether b joins the parts of an identifier.
func isJoint(b byte) bool { return b == '_' || b == '.' || b == ':' }

func appendLower(dst []byte, r rune) []byte {
	switch {
	case r == '’', r == 'ʼ':
		return append(dst, '\'')
	case unicode.Is(unicode.Cf, r): // says where a line may end, or which way it runs
		return dst
	}
	return utf8.AppendRune(dst, unicode.ToLower(fold.Width(r)))
}

// endsCapitals tells whether a word begins at i after letters that stand for words:
// the "S" of "HTTPServer", but not the "D" of "IDs".
func endsCapitals(v string, i int) bool {
	return i > 0 && i+2 < len(v) && isUpper(v[i]) && isUpper(v[i-1]) && isSmall(v[i+1]) && isSmall(v[i+2])
}

// parts takes in the parts of an identifier besides the whole, so that
// "getUserName" is found by "user".
func (s *scan) parts(v string) {
	from := 0
	for i := 1; i <= len(v); i++ {
		if i < len(v) && !isJoint(v[i]) && !(isUpper(v[i]) && !isUpper(v[i-1])) && !endsCapitals(v, i) {
			continue
		}
		if part := v[from:i]; len(part) > 1 {
			start := len(s.lower)
			if s.lowerCase(part); len(s.lower) > start { // it is not of signs that are not seen
				s.add(start, len(s.lower), false)
			}
		}
		from = i
		if i < len(v) && isJoint(v[i]) {
			from++
		}
	}
}

// isProper tells whether a word is written as names are: "Paris", "McCoy", but
// neither "I" nor "GREAT".
func isProper(v string, first rune, size int) bool {
	if !unicode.IsUpper(first) || len(v) <= size {
		return false
	}
	second, _ := utf8.DecodeRuneInString(v[size:])
	return unicode.IsLower(second)
}
