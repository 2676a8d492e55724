package plainjson

import (
	"bytes"
	"encoding/json"
	"errors"
)

// A Cursor walks an object of somebody who is trusted to write JSON. It is lenient
// where that does no harm, such as a comma too many: what matters is that it reads
// what is well-formed as encoding/json does.
type Cursor struct{ tokens }

// NewCursor begins at body. What is read of it is copied.
func NewCursor(body []byte) Cursor { return Cursor{tokens{b: body}} }

// ErrMalformed is for what is no object, or does not end.
var ErrMalformed = errors.New("not the JSON of an object")

// next is the next byte that is no white space, 0 at the end.
func (c *Cursor) next() byte {
	c.space()
	return c.peek()
}

// Object reads an object and nothing after it: member is called at each value, to
// read it or pass over it. Errors are ErrMalformed, and member's.
func (c *Cursor) Object(member func(name string) error) error {
	if !c.take('{') {
		return ErrMalformed
	}
	for !c.take('}') {
		name, ok := c.text()
		if !ok || !c.take(':') {
			return ErrMalformed
		}
		if err := member(name); err != nil {
			return err
		}
		if !c.take(',') && c.next() != '}' {
			return ErrMalformed
		}
	}
	return c.end()
}

// end judges what follows the value: nothing may.
func (c *Cursor) end() error {
	if c.next() != 0 || c.i < len(c.b) {
		return ErrMalformed
	}
	return nil
}

// text reads a string. What is trusted is well-formed, so all that is looked for is
// the end.
func (c *Cursor) text() (string, bool) {
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

// plain is what a string means that begins after a quote at start, and that has been passed.
func (c *Cursor) plain(start int) (string, bool) {
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
