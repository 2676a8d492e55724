package messages

import (
	"encoding/json"
	"errors"

	"github.com/context-manager/context-manager/messages/plainjson"
)

// A context's text is nearly all of its reply, and encoding/json would look at
// each of its bytes four times: to find its end, to judge it, to measure it
// and to copy it. Here what is common is read in one pass, and what is rare or
// new is left to encoding/json (BenchmarkDecodeReply).

var errNotReply = errors.New("not the JSON of a reply")

// DecodeReply reads the body of a verified reply, and passes over fields that
// a newer worker added. Assemble's and store's are read by hand, others by encoding/json.
func DecodeReply(body []byte, reply any) error {
	c := plainjson.NewCursor(body)
	var err error
	switch r := reply.(type) {
	case *AssembleReply:
		err = c.Object(func(name string) error { return readAssembleMember(&c, name, r) })
	case *StoreReply:
		err = c.Object(func(name string) error { return readStoreMember(&c, name, r) })
	default:
		err = json.Unmarshal(body, reply)
	}
	if errors.Is(err, plainjson.ErrMalformed) {
		return errNotReply
	}
	return err
}

func readStoreMember(c *plainjson.Cursor, name string, r *StoreReply) error {
	switch name {
	case "ids":
		return c.TextsInto(&r.IDs)
	case "tokens":
		return c.ValueInto(&r.Tokens)
	case "revision":
		return plainjson.Into(c, &r.Revision, readRevision)
	default:
		return c.Pass()
	}
}

func readAssembleMember(c *plainjson.Cursor, name string, r *AssembleReply) error {
	switch name {
	case "text":
		return c.TextInto(&r.Text)
	case "system":
		return c.TextInto(&r.System)
	case "ids":
		return c.TextsInto(&r.IDs)
	case "items":
		return plainjson.Into(c, &r.Items, readReplyItems)
	case "messages":
		return plainjson.Into(c, &r.Messages, readChat)
	case "tokens":
		return plainjson.Into(c, &r.Tokens, readTokens)
	case "revision":
		return plainjson.Into(c, &r.Revision, readRevision)
	case "stale":
		return plainjson.Into(c, &r.Stale, readStale)
	case "degraded":
		return c.ValueInto(&r.Degraded)
	case "explain":
		return c.ValueInto(&r.Explain)
	default: // a newer worker's
		return c.Pass()
	}
}
