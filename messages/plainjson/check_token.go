package plainjson

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// tokens goes through the words of JSON, one after another.
type tokens struct {
	b []byte
	i int // next byte
}

// peek is the next byte, or 0 at the end.
func (s *tokens) peek() byte {
	if s.i >= len(s.b) {
		return 0
	}
	return s.b[s.i]
}

func (s *tokens) space() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\n' || s.b[s.i] == '\t' || s.b[s.i] == '\r') {
		s.i++
	}
}

// take passes over white space and a byte, if that is the next one.
func (s *tokens) take(c byte) bool {
	s.space()
	if s.i >= len(s.b) || s.b[s.i] != c {
		return false
	}
	s.i++
	return true
}

func (s *tokens) expect(c byte) error {
	if s.peek() != c {
		return s.syntax(strconv.QuoteRune(rune(c)))
	}
	s.i++
	return nil
}

func (s *tokens) word(w string) error {
	if !bytes.HasPrefix(s.b[s.i:], []byte(w)) {
		return s.syntax("a value")
	}
	s.i += len(w)
	return nil
}

// number scans a number as RFC 8259 section 6 has it.
func (s *tokens) number() error {
	if s.peek() == '-' {
		s.i++
	}
	if s.peek() == '0' {
		s.i++
	} else if !s.digits() {
		return s.syntax("a digit")
	}
	if s.peek() == '.' {
		s.i++
		if !s.digits() {
			return s.syntax("a digit")
		}
	}
	if s.peek() != 'e' && s.peek() != 'E' {
		return nil
	}
	s.i++
	if s.peek() == '+' || s.peek() == '-' {
		s.i++
	}
	if !s.digits() {
		return s.syntax("a digit")
	}
	return nil
}

func (s *tokens) digits() bool {
	start := s.i
	for isDigit(s.peek()) {
		s.i++
	}
	return s.i > start
}

// text scans a string from its opening quote. It returns the string as it
// stands, quotes and all, and whether there is an escape in it.
func (s *tokens) text() (quoted []byte, escaped bool, err error) {
	start := s.i
	for s.i++; s.i < len(s.b); {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[start:s.i], escaped, nil
		case c < ' ':
			return nil, false, s.syntax("no control character in a string: escape it")
		case c == '\\':
			escaped = true
			if err := s.escape(); err != nil {
				return nil, false, err
			}
		default:
			s.i++
		}
	}
	return nil, false, s.syntax("the end of a string")
}

// name scans a string and returns what it means: "a" and "\u0061" are one
// name. Without an escape that is a part of the document, else a copy.
func (s *tokens) name() ([]byte, error) {
	quoted, escaped, err := s.text()
	if err != nil {
		return nil, err
	}
	if !escaped {
		return quoted[1 : len(quoted)-1], nil
	}
	var name string
	if err := json.Unmarshal(quoted, &name); err != nil {
		return nil, s.syntax("a name")
	}
	return []byte(name), nil
}

// escape scans one escape. Of surrogates it takes a pair or nothing, since
// encoding/json would put U+FFFD in the place of a half and lose what was meant.
func (s *tokens) escape() error {
	s.i++
	if bytes.IndexByte([]byte(`"\/bfnrt`), s.peek()) >= 0 {
		s.i++
		return nil
	}
	unit, ok := s.unit()
	switch {
	case !ok:
		return s.syntax("an escape")
	case unit < 0xD800 || unit > 0xDFFF:
		return nil
	case unit > 0xDBFF:
		return s.syntax("the first half of a surrogate pair before the second")
	case s.peek() != '\\':
		return s.syntax("the second half of a surrogate pair")
	}
	s.i++
	if unit, ok = s.unit(); !ok || unit < 0xDC00 || unit > 0xDFFF {
		return s.syntax("the second half of a surrogate pair")
	}
	return nil
}

// unit scans "u" and four hexadecimal digits.
func (s *tokens) unit() (uint64, bool) {
	if len(s.b)-s.i < 5 || s.b[s.i] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(s.b[s.i+1:s.i+5]), 16, 16)
	if err != nil {
		return 0, false
	}
	s.i += 5
	return unit, true
}

func (s *tokens) syntax(expected string) error {
	if s.i >= len(s.b) {
		return refuse("the JSON ends too early: expected %s", expected)
	}
	return refuse("not JSON at byte %d: expected %s", s.i, expected)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
