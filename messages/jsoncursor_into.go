package messages

import (
	"bytes"
	"encoding/json"
	"strings"
)

// plainInto reads a value with a plainReader whose texts are copies: what is read may be kept
// for long, and must not keep the whole body. A value that is not written plainly,
// or has more, is left to encoding/json.
func plainInto[T any](c *jsonCursor, dst *T, read func(*plainReader) T) error {
	r := plainReader{b: c.b, i: c.i, copies: true}
	value := read(&r)
	if r.failed {
		return c.valueInto(dst)
	}
	*dst, c.i = value, r.i
	return nil
}

// textInto reads a string. What is none, such as null, is left to encoding/json.
func (c *jsonCursor) textInto(dst *string) error {
	if c.peek() != '"' {
		return c.valueInto(dst)
	}
	s, ok := c.text()
	if !ok {
		return errMalformed
	}
	*dst = s
	return nil
}

// textsInto reads a list of strings as parts of one, which is allocated once.
// A bracket in a string or an escape, which ids seldom have, is left to encoding/json.
func (c *jsonCursor) textsInto(dst *[]string) error {
	if c.peek() != '[' {
		return c.valueInto(dst)
	}
	list, _, ok := bytes.Cut(c.b[c.i+1:], []byte{']'})
	quotes := bytes.Count(list, []byte{'"'})
	if !ok || quotes%2 == 1 || bytes.IndexByte(list, '\\') >= 0 {
		return c.valueInto(dst)
	}
	texts := make([]string, 0, quotes/2)
	between, rest, more := strings.Cut(string(list), `"`)
	for more {
		var text string
		text, rest, _ = strings.Cut(rest, `"`)
		texts = append(texts, text)
		if between != "," && strings.Trim(between, ", \t\r\n") != "" {
			return c.valueInto(dst)
		}
		between, rest, more = strings.Cut(rest, `"`)
	}
	if strings.Trim(between, " \t\r\n") != "" {
		return c.valueInto(dst)
	}
	*dst = texts
	c.i += len(list) + 2
	return nil
}

// valueInto leaves one value to encoding/json.
func (c *jsonCursor) valueInto(dst any) error {
	decoder := json.NewDecoder(bytes.NewReader(c.b[c.i:]))
	if err := decoder.Decode(dst); err != nil {
		return err
	}
	c.i += int(decoder.InputOffset())
	return nil
}

// pass passes over a value of any kind.
func (c *jsonCursor) pass() error { return c.valueInto(&json.RawMessage{}) }
