package plainjson

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Into reads a value with a Reader whose texts are copies: what is read may be kept
// for long, and must not keep the whole body. A value that is not written plainly,
// or has more, is left to encoding/json.
func Into[T any](c *Cursor, dst *T, read func(*Reader) T) error {
	r := Reader{tokens: c.tokens, copies: true}
	value := read(&r)
	if r.failed {
		return c.ValueInto(dst)
	}
	*dst, c.i = value, r.i
	return nil
}

// TextInto reads a string. What is none, such as null, is left to encoding/json.
func (c *Cursor) TextInto(dst *string) error {
	if c.next() != '"' {
		return c.ValueInto(dst)
	}
	s, ok := c.text()
	if !ok {
		return ErrMalformed
	}
	*dst = s
	return nil
}

// TextsInto reads a list of strings as parts of one, which is allocated once.
// A bracket in a string or an escape, which ids seldom have, is left to encoding/json.
func (c *Cursor) TextsInto(dst *[]string) error {
	if c.next() != '[' {
		return c.ValueInto(dst)
	}
	list, _, ok := bytes.Cut(c.b[c.i+1:], []byte{']'})
	quotes := bytes.Count(list, []byte{'"'})
	if !ok || quotes%2 == 1 || bytes.IndexByte(list, '\\') >= 0 {
		return c.ValueInto(dst)
	}
	texts := make([]string, 0, quotes/2)
	between, rest, more := strings.Cut(string(list), `"`)
	for more {
		var text string
		text, rest, _ = strings.Cut(rest, `"`)
		texts = append(texts, text)
		if between != "," && strings.Trim(between, ", \t\r\n") != "" {
			return c.ValueInto(dst)
		}
		between, rest, more = strings.Cut(rest, `"`)
	}
	if strings.Trim(between, " \t\r\n") != "" {
		return c.ValueInto(dst)
	}
	*dst = texts
	c.i += len(list) + 2
	return nil
}

// ValueInto leaves one value to encoding/json.
func (c *Cursor) ValueInto(dst any) error {
	decoder := json.NewDecoder(bytes.NewReader(c.b[c.i:]))
	if err := decoder.Decode(dst); err != nil {
		return err
	}
	c.i += int(decoder.InputOffset())
	return nil
}

// Pass passes over a value of any kind.
func (c *Cursor) Pass() error { return c.ValueInto(&json.RawMessage{}) }
