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

// known is how far this client has written the owners of a request.
func (c *Client) known(session, user string) messages.Revision {
	s, u := c.owners(session, user)
	return messages.Revision{Session: c.seen.of(s), User: c.seen.of(u)}
}

// highest is how far this client has written any session and any user.
func (c *Client) highest() messages.Revision {
	return messages.Revision{Session: c.seen.highest(messages.SessionOwner), User: c.seen.highest(messages.UserOwner)}
}

// stored remembers the revision that a store came to, which began when before was the highest.
func (c *Client) stored(session, user string, before, r messages.Revision) {
	s, u := c.owners(session, user)
	c.seen.stored(s, before.Session, r.Session)
	c.seen.stored(u, before.User, r.User)
}

// storeOf is the request of a job that stores items, if it has that type. Most
// have, and their bodies need not be read a second time.
func storeOf(request any) (r messages.StoreRequest, ok bool) {
	switch r := request.(type) {
	case messages.StoreRequest:
		return r, true
	case *messages.StoreRequest:
		return *r, true // encodeJob has refused nil
	default:
		return messages.StoreRequest{}, false
	}
}

// wroteJob remembers how far any job wrote, of which only the bodies are at hand.
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
