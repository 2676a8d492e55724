package messages

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// A context's text is nearly all of its reply, and encoding/json would look at
// each of its bytes four times: to find its end, to judge it, to measure it
// and to copy it. Here what is common is read in one pass, and what is rare or
// new is left to encoding/json (BenchmarkDecodeReply).

var errNotReply = errors.New("not the JSON of a reply")

// DecodeReply reads the body of a verified reply, and passes over fields that
// a newer worker added. Assemble's and store's are read by hand, others by encoding/json.
func DecodeReply(body []byte, reply any) error {
	c := jsonCursor{b: body}
	switch r := reply.(type) {
	case *AssembleReply:
		return c.object(func(name string) error { return c.assembleMember(name, r) })
	case *StoreReply:
		return c.object(func(name string) error { return c.storeMember(name, r) })
	default:
		return json.Unmarshal(body, reply)
	}
}

// object reads an object and nothing after it.
func (c *jsonCursor) object(member func(name string) error) error {
	if !c.take('{') {
		return errNotReply
	}
	for !c.take('}') {
		name, ok := c.text()
		if !ok || !c.take(':') {
			return errNotReply
		}
		if err := member(name); err != nil {
			return err
		}
		if !c.take(',') && c.peek() != '}' {
			return errNotReply
		}
	}
	return c.end()
}

func (c *jsonCursor) storeMember(name string, r *StoreReply) error {
	switch name {
	case "ids":
		return c.textsInto(&r.IDs)
	case "tokens":
		return c.valueInto(&r.Tokens)
	case "revision":
		return plainInto(c, &r.Revision, (*plainReader).revision)
	default:
		return c.valueInto(&json.RawMessage{})
	}
}

func (c *jsonCursor) assembleMember(name string, r *AssembleReply) error {
	switch name {
	case "text":
		return c.textInto(&r.Text)
	case "system":
		return c.textInto(&r.System)
	case "ids":
		return c.textsInto(&r.IDs)
	case "items":
		return plainInto(c, &r.Items, (*plainReader).items)
	case "messages":
		return plainInto(c, &r.Messages, (*plainReader).chat)
	case "tokens":
		return plainInto(c, &r.Tokens, (*plainReader).tokens)
	case "revision":
		return plainInto(c, &r.Revision, (*plainReader).revision)
	case "stale":
		return plainInto(c, &r.Stale, (*plainReader).stale)
	case "degraded":
		return c.valueInto(&r.Degraded)
	case "explain":
		return c.valueInto(&r.Explain)
	default: // a newer worker's
		return c.valueInto(&json.RawMessage{})
	}
}

// plainInto reads a value as AppendJSON writes it; another, such as a newer
// worker's, is left to encoding/json.
func plainInto[T any](c *jsonCursor, dst *T, read func(*plainReader) T) error {
	r := plainReader{b: c.b, i: c.i, replies: true}
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
		return errNotReply
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
