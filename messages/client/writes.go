package client

import (
	"encoding/json"

	"github.com/context-manager/context-manager/messages"
)

// owners names the session and the user of a request. One that is not in the
// request is the zero Owner.
func (c *Client) owners(session, user string) (s, u messages.Owner) {
	if session != "" {
		s = messages.Owner{Kind: messages.SessionOwner, Tenant: c.opts.Tenant, ID: session}
	}
	if user != "" {
		u = messages.Owner{Kind: messages.UserOwner, Tenant: c.opts.Tenant, ID: user}
	}
	return s, u
}

// wrote remembers the revision that a write came to.
func (c *Client) wrote(session, user string, r messages.Revision) {
	s, u := c.owners(session, user)
	c.seen.raise(s, r.Session)
	c.seen.raise(u, r.User)
}

// wroteItems remembers the same of a job that stored items, if both its bodies
// are of their own types. Most are, and need not be read a second time.
func (c *Client) wroteItems(request, reply any) bool {
	done, ok := reply.(*messages.StoreReply)
	if !ok {
		return false
	}
	switch r := request.(type) {
	case messages.StoreRequest:
		c.wrote(r.Session, r.User, done.Revision)
	case *messages.StoreRequest:
		c.wrote(r.Session, r.User, done.Revision)
	default:
		return false
	}
	return true
}

// wroteJob remembers the same of any job, of which only the bodies are at hand.
func (c *Client) wroteJob(request, reply []byte) {
	var who struct {
		Session string `json:"session"`
		User    string `json:"user"`
	}
	var what struct {
		Revision messages.Revision `json:"revision"`
	}
	if json.Unmarshal(request, &who) == nil && json.Unmarshal(reply, &what) == nil {
		c.wrote(who.Session, who.User, what.Revision)
	}
}

// atLeast is what a read must have seen: what was asked for, and what this client wrote.
func (c *Client) atLeast(asked *messages.Revision, session, user string) *messages.Revision {
	s, u := c.owners(session, user)
	least := messages.Revision{Session: c.seen.of(s), User: c.seen.of(u)}
	if asked != nil {
		least.Session = max(least.Session, asked.Session)
		least.User = max(least.User, asked.User)
	}
	if least == (messages.Revision{}) {
		return asked
	}
	both := least // so that only what is sent is allocated
	return &both
}
