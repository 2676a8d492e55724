package messages

import (
	"math"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// A jsonWriter appends JSON to b. It is for the requests and replies that are
// on the hot path; whatever else is sent goes through encoding/json. Its
// output is compact and decodes to what encoding/json's would.
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

// optionalTrue leaves false out.
func (w *jsonWriter) optionalTrue(name string, value bool) {
	if value {
		w.key(name)
		w.b = append(w.b, "true"...)
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

// appendFloat writes the shortest number that reads back alike. What JSON has
// no number for becomes null.
func appendFloat(b []byte, f float64, width int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, f, 'g', -1, width)
}

const hexDigits = "0123456789abcdef"

// appendJSONString writes a string as RFC 8259 section 7 has it: quotes,
// backslashes and control characters are escaped. Bytes that are not UTF-8
// become U+FFFD.
func appendJSONString(b []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = string([]rune(s))
	}
	b = append(b, '"')
	for {
		n := plainPrefix(s)
		b = append(b, s[:n]...)
		if n == len(s) {
			return append(b, '"')
		}
		b, s = appendEscape(b, s[n]), s[n+1:]
	}
}

// plainPrefix is how many bytes a string begins with that stand for
// themselves in JSON: no quote, no backslash and no control character. It
// looks at eight bytes at once: of a context's 8 KiB of text, byte by byte was
// a twelfth of a worker's time.
func plainPrefix[T string | []byte](s T) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := s[i : i+8] // so that it is one load, and one check of bounds
		word := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		if special := specialBytes(word); special != 0 {
			return i + bits.TrailingZeros64(special)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			break
		}
	}
	return i
}

// specialBytes sets the top bit of the lowest byte of a word that is a quote, a
// backslash or a control character; those above it may be set in error. A byte
// is zero if subtracting one borrows and its top bit was not set
// (H. S. Warren, Hacker's Delight, section 6-1).
func specialBytes(word uint64) uint64 {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	quote, backslash := word^ones*'"', word^ones*'\\'
	return ((word - ones*' ') | (quote - ones) | (backslash - ones)) & tops &^ word
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
