package analyze

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"golang.org/x/text/unicode/norm"
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
