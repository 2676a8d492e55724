package worker

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// A jsonWriter appends JSON to b. It is for the one reply that is on the hot
// path; whatever else is sent goes through encoding/json. Its output is
// compact and decodes to what encoding/json's would.
type jsonWriter struct {
	b []byte
	// begun is set when the object or list being written has a member already.
	begun bool
}

// open begins an object or a list.
func (w *jsonWriter) open(bracket byte) {
	w.b = append(w.b, bracket)
	w.begun = false
}

// close ends an object or a list.
func (w *jsonWriter) close(bracket byte) {
	w.b = append(w.b, bracket)
	w.begun = true
}

// next goes before each member of a list.
func (w *jsonWriter) next() {
	if w.begun {
		w.b = append(w.b, ',')
	}
	w.begun = true
}

// key begins a member of an object. Its name is ours and needs no escaping.
func (w *jsonWriter) key(name string) {
	w.next()
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

func (w *jsonWriter) text(name, value string) {
	w.key(name)
	w.b = appendJSONString(w.b, value)
}

// optionalText leaves an empty string out.
func (w *jsonWriter) optionalText(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

func (w *jsonWriter) number(name string, value int64) {
	w.key(name)
	w.b = strconv.AppendInt(w.b, value, 10)
}

// optionalNumber leaves 0 out.
func (w *jsonWriter) optionalNumber(name string, value int64) {
	if value != 0 {
		w.number(name, value)
	}
}

// optionalSequence leaves 0 out.
func (w *jsonWriter) optionalSequence(name string, value uint64) {
	if value != 0 {
		w.key(name)
		w.b = strconv.AppendUint(w.b, value, 10)
	}
}

func (w *jsonWriter) texts(name string, values []string) {
	w.key(name)
	w.open('[')
	for _, v := range values {
		w.next()
		w.b = appendJSONString(w.b, v)
	}
	w.close(']')
}

// raw appends a member that is JSON already.
func (w *jsonWriter) raw(name string, value []byte) {
	w.key(name)
	w.b = append(w.b, value...)
}

// appendFloat writes the shortest number that reads back alike. What JSON has
// no number for becomes null.
func appendFloat(b []byte, f float64, bits int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, f, 'g', -1, bits)
}

const hexDigits = "0123456789abcdef"

// appendJSONString writes a string as RFC 8259 section 7 has it: quotes,
// backslashes and control characters are escaped. Bytes that are not UTF-8
// become U+FFFD.
func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for s != "" {
		n := plainPrefix(s)
		b = append(b, s[:n]...)
		if n == len(s) {
			break
		}
		b, s = appendSpecial(b, s[n:])
	}
	return append(b, '"')
}

// plainPrefix is how many bytes a string begins with that stand for themselves.
func plainPrefix(s string) int {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return i
		}
	}
	return len(s)
}

// appendSpecial writes the first character of s, which is not plain, and gives the rest.
func appendSpecial(b []byte, s string) (written []byte, rest string) {
	if s[0] < utf8.RuneSelf {
		return appendEscape(b, s[0]), s[1:]
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 {
		return append(b, `\ufffd`...), s[1:]
	}
	return append(b, s[:size]...), s[size:]
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	default:
		return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
}
