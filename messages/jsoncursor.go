package messages

import (
	"bytes"
	"encoding/json"
	"unsafe"
)

// A jsonCursor walks JSON that a worker has signed. It is lenient where that
// does no harm, such as a comma too many: what matters is that it reads what
// is well-formed as encoding/json does.
type jsonCursor struct {
	b []byte
	i int
}

// peek is the next byte that is no white space, 0 at the end.
func (c *jsonCursor) peek() byte {
	for ; c.i < len(c.b); c.i++ {
		switch c.b[c.i] {
		case ' ', '\t', '\r', '\n':
		default:
			return c.b[c.i]
		}
	}
	return 0
}

// take passes over a byte if it is the next one.
func (c *jsonCursor) take(want byte) bool {
	if c.peek() != want {
		return false
	}
	c.i++
	return true
}

// end judges what follows the value: nothing may.
func (c *jsonCursor) end() error {
	if c.peek() != 0 || c.i < len(c.b) {
		return errNotReply
	}
	return nil
}

// text reads a string. What a worker has signed is well-formed, so all that is
// looked for is the end.
func (c *jsonCursor) text() (string, bool) {
	if !c.take('"') {
		return "", false
	}
	for start := c.i; ; {
		n := bytes.IndexByte(c.b[c.i:], '"')
		if n < 0 {
			return "", false
		}
		c.i += n + 1
		if !escaped(c.b[start : c.i-1]) {
			return c.plain(start)
		}
	}
}

// escaped tells whether what follows is escaped: by an odd number of backslashes.
func escaped(before []byte) bool {
	n := len(before)
	for n > 0 && before[n-1] == '\\' {
		n--
	}
	return (len(before)-n)%2 == 1
}

// plain is what a string means that begins after a quote at start, and that has been passed.
func (c *jsonCursor) plain(start int) (string, bool) {
	quoted := c.b[start : c.i-1]
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted), true
	}
	if s, ok := unescapeShort(quoted); ok {
		return s, true
	}
	var s string // with a \u, which encoding/json knows all about
	err := json.Unmarshal(c.b[start-1:c.i], &s)
	return s, err == nil
}

// unescapeShort reads a string whose escapes are all of two bytes. Between
// them it copies what stands for itself.
func unescapeShort(quoted []byte) (string, bool) {
	out := make([]byte, 0, len(quoted))
	for {
		at := bytes.IndexByte(quoted, '\\')
		if at < 0 {
			return alias(append(out, quoted...)), true
		}
		c, ok := unescape(quoted[at:])
		if !ok {
			return "", false
		}
		out = append(append(out, quoted[:at]...), c)
		quoted = quoted[at+2:]
	}
}

// alias is the string of bytes that nobody changes any more.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// unescape reads an escape of two bytes.
func unescape(b []byte) (byte, bool) {
	if len(b) < 2 {
		return 0, false
	}
	switch b[1] {
	case '"', '\\', '/':
		return b[1], true
	case 'n':
		return '\n', true
	case 't':
		return '\t', true
	case 'r':
		return '\r', true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	default: // \u, which encoding/json knows all about
		return 0, false
	}
}
