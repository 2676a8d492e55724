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
	c := newJSONCursor(body)
	var err error
	switch r := reply.(type) {
	case *AssembleReply:
		err = c.object(func(name string) error { return readAssembleMember(&c, name, r) })
	case *StoreReply:
		err = c.object(func(name string) error { return readStoreMember(&c, name, r) })
	default:
		err = json.Unmarshal(body, reply)
	}
	if errors.Is(err, errMalformed) {
		return errNotReply
	}
	return err
}

func readStoreMember(c *jsonCursor, name string, r *StoreReply) error {
	switch name {
	case "ids":
		return c.textsInto(&r.IDs)
	case "tokens":
		return c.valueInto(&r.Tokens)
	case "revision":
		return plainInto(c, &r.Revision, readRevision)
	default:
		return c.pass()
	}
}

func readAssembleMember(c *jsonCursor, name string, r *AssembleReply) error {
	switch name {
	case "text":
		return c.textInto(&r.Text)
	case "system":
		return c.textInto(&r.System)
	case "ids":
		return c.textsInto(&r.IDs)
	case "items":
		return plainInto(c, &r.Items, readReplyItems)
	case "messages":
		return plainInto(c, &r.Messages, readChat)
	case "tokens":
		return plainInto(c, &r.Tokens, readTokens)
	case "revision":
		return plainInto(c, &r.Revision, readRevision)
	case "stale":
		return plainInto(c, &r.Stale, readStale)
	case "degraded":
		return c.valueInto(&r.Degraded)
	case "explain":
		return c.valueInto(&r.Explain)
	default: // a newer worker's
		return c.pass()
	}
}
