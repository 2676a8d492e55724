package analyze

import (
	"unicode"
	"unicode/utf8"
)

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
