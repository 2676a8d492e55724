package messages

import (
	"encoding/json"
	"errors"
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
