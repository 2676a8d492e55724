package analyze

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"golang.org/x/text/unicode/norm"

	"github.com/context-manager/context-manager/worker/analyze/fold"
)

// An occurrence is one word of a text where it stands.
type occurrence struct {
	word
	start, end int32 // of the lower-case form in scan.lower
	asked      bool  // in a sentence that ends in a question mark
	proper     bool  // capitalised, and not because a sentence starts with it
	possessive bool  // had an 's
	varied     bool  // it stands there in another form: see variant
}

// A scan is the walk over one text. Its buffers are reused.
type scan struct {
	lexicons *lexicons
	language language
	lower    []byte // lower-case forms, one after the other
	found    []occurrence
	variants []variant
	keys     []uint64 // for counting
	surface  []string // of a query: its words as they stand
	dates    []bool   // of a query: the words that are part of a date

	quotes   int    // quotation marks
	sentence int    // index in found of the sentence's first word
	ended    byte   // a sentence end that waits for what follows: '.', '!', '?' or 0
	previous rune   // last rune of a run of an unspaced script, or 0
	capitals bool   // the last word is all in capitals
	gap      string // between the last word and the next
}

func (s *scan) run(text string, lang language) {
	s.language = lang
	s.lower, s.found, s.variants = s.lower[:0], s.found[:0], s.variants[:0]
	s.sentence, s.ended, s.previous, s.quotes, s.capitals = 0, 0, 0, 0, false
	text = norm.NFC.String(text) // a letter and its accent may be written as two
	end := 0                     // of the last word
	for segments := words.FromString(text); segments.Next(); {
		known := len(s.found)
		s.gap = text[end:segments.Start()]
		if s.segment(segments.Value()); len(s.found) > known {
			end = segments.End()
		}
	}
	s.gap = "" // it shares the text
	s.endSentence()
}

func (s *scan) segment(v string) {
	first, size := utf8.DecodeRuneInString(v)
	switch {
	case first < utf8.RuneSelf && !isWordByte(byte(first)):
		s.sign(v)
	case first < utf8.RuneSelf:
		s.begin(first)
		s.spaced(v, first, size)
	case unspaced(first):
		s.begin(first)
		s.unspacedRun(v)
	case unicode.IsLetter(first) || unicode.IsNumber(first):
		s.begin(first)
		s.spaced(v, first, size)
	default:
		s.foreignSign(first)
	}
}

func isWordByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_'
}

// sign looks at a segment of ASCII punctuation or white space.
func (s *scan) sign(v string) {
	s.previous = 0
	switch b := v[0]; b {
	case '?':
		s.ended = '?'
	case '!', '.':
		if s.ended != '?' {
			s.ended = b
		}
	case '\n', '\r':
		s.endSentence()
	case '"':
		s.quotes++
	case ';':
		if s.afterGreek() { // whose question mark it is
			s.ended = '?'
		}
	}
}

func isHyphen(s string) bool { return s == "-" || s == "\u2010" || s == "\u2011" }

// afterGreek tells whether the word before is written in Greek letters.
func (s *scan) afterGreek() bool {
	last, _ := utf8.DecodeLastRune(s.lower)
	return unicode.Is(unicode.Greek, last)
}

// foreignSign looks at other punctuation.
func (s *scan) foreignSign(r rune) {
	s.previous = 0
	switch r {
	case '？', '؟', '⁇', '\u037e', '՞': // U+037E is the Greek one, which looks like a semicolon
		s.ended = '?'
	case '。', '！', '．', '｡', '।', '…', '۔':
		if s.ended != '?' {
			s.ended = '!'
		}
	case '“', '”', '„', '«', '»', '「', '」', '『', '』', '《', '》':
		s.quotes++
	}
}

// begin settles whether a sentence ended before a word that starts with r.
// A full stop before a small letter is an abbreviation's.
func (s *scan) begin(r rune) {
	if s.ended == 0 {
		return
	}
	if s.ended == '.' && unicode.IsLower(r) {
		s.ended = 0
		return
	}
	s.endSentence()
}

func (s *scan) endSentence() {
	if s.ended == '?' {
		for i := s.sentence; i < len(s.found); i++ {
			s.found[i].asked = true
		}
	}
	s.sentence, s.ended = len(s.found), 0
}

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

func (s *scan) add(from, to int, proper bool) {
	w := s.lexicons.word(s.language, s.lower[from:to])
	s.found = append(s.found, occurrence{
		word: w, start: int32(from), end: int32(to), proper: proper && w.kind&stopWord == 0,
	})
}

// unspacedRun takes in a run of a script without spaces between words: single
// ideographs, and every two neighbouring runes.
func (s *scan) unspacedRun(v string) {
	for _, r := range v {
		if unicode.Is(unicode.Han, r) {
			start := len(s.lower)
			s.lower = utf8.AppendRune(s.lower, r)
			s.add(start, len(s.lower), false)
		}
		if s.previous != 0 {
			start := len(s.lower)
			s.lower = utf8.AppendRune(utf8.AppendRune(s.lower, s.previous), r)
			s.add(start, len(s.lower), false)
		}
		s.previous = r
	}
}

// unspaced tells whether a rune's script puts no spaces between words.
func unspaced(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
