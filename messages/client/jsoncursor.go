package client

import (
	"bytes"
	"encoding/json"
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
		return errNotContext
	}
	return nil
}

// text reads a string.
func (c *jsonCursor) text() (string, bool) {
	if !c.take('"') {
		return "", false
	}
	rest := c.b[c.i:]
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		return "", false
	}
	if bytes.IndexByte(rest[:end], '\\') < 0 {
		c.i += end + 1
		return string(rest[:end]), true
	}
	return c.escaped(rest)
}

// escaped reads a string with escapes, from after its quote.
func (c *jsonCursor) escaped(rest []byte) (string, bool) {
	var out []byte
	for from := 0; ; {
		at := from
		for at < len(rest) && rest[at] != '"' && rest[at] != '\\' {
			at++
		}
		if at == len(rest) {
			return "", false
		}
		if rest[at] == '"' {
			c.i += at + 1
			return string(append(out, rest[from:at]...)), true
		}
		if out == nil {
			out = make([]byte, 0, len(rest))
		}
		plain, ok := unescape(rest[at:])
		if !ok {
			return c.unusual()
		}
		out = append(append(out, rest[from:at]...), plain)
		from = at + 2
	}
}

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

// unusual leaves a string, from its quote on, to encoding/json.
func (c *jsonCursor) unusual() (string, bool) {
	c.i--
	var s string
	decoder := json.NewDecoder(bytes.NewReader(c.b[c.i:]))
	if err := decoder.Decode(&s); err != nil {
		return "", false
	}
	c.i += int(decoder.InputOffset())
	return s, true
}
