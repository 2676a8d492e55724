package client

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/context-manager/context-manager/messages"
)

// A context's text is nearly all of its reply, and encoding/json would look at
// each of its bytes four times: to find its end, to judge it, to measure it
// and to copy it. Here the text and the ids are read in one pass, and what is
// small, rare or new is left to encoding/json (BenchmarkDecodeContext).

var errNotContext = errors.New("not the JSON of an assembled context")

// decodeContext reads the body of a verified assemble reply.
func decodeContext(body []byte, r *messages.AssembleReply) error {
	c := jsonCursor{b: body}
	if !c.take('{') {
		return errNotContext
	}
	for !c.take('}') {
		key, ok := c.text()
		if !ok || !c.take(':') {
			return errNotContext
		}
		if err := c.member(key, r); err != nil {
			return err
		}
		if !c.take(',') && c.peek() != '}' {
			return errNotContext
		}
	}
	return c.end()
}

// member reads the value of one member of the reply.
func (c *jsonCursor) member(key string, r *messages.AssembleReply) error {
	switch key {
	case "text":
		return c.textInto(&r.Text)
	case "system":
		return c.textInto(&r.System)
	case "ids":
		return c.textsInto(&r.IDs)
	case "items":
		return c.valueInto(&r.Items)
	case "messages":
		return c.valueInto(&r.Messages)
	case "tokens":
		return c.valueInto(&r.Tokens)
	case "revision":
		return c.valueInto(&r.Revision)
	case "stale":
		return c.valueInto(&r.Stale)
	case "degraded":
		return c.valueInto(&r.Degraded)
	case "explain":
		return c.valueInto(&r.Explain)
	default: // a newer worker's
		return c.valueInto(&json.RawMessage{})
	}
}

func (c *jsonCursor) textInto(dst *string) error {
	s, ok := c.text()
	if !ok {
		return errNotContext
	}
	*dst = s
	return nil
}

func (c *jsonCursor) textsInto(dst *[]string) error {
	if !c.take('[') {
		return c.valueInto(dst)
	}
	*dst = make([]string, 0, 1+bytes.Count(c.b[c.i:], []byte(`","`)))
	for !c.take(']') {
		s, ok := c.text()
		if !ok || !c.take(',') && c.peek() != ']' {
			return errNotContext
		}
		*dst = append(*dst, s)
	}
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
