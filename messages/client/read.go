package client

import (
	"context"

	"github.com/context-manager/context-manager/messages"
)

// read asks for an answer that has seen what this client wrote of the request's
// owners. least is the request's own min_revision, which is raised to that.
//
// A worker refuses a revision that a stream cannot have come to. If it answers
// without what is known here, and has not seen that, it was of a bucket that has been
// made anew since, and is forgotten: else nobody who only reads the owner would be
// answered again. seen is how far a reply has seen the two.
func read[Reply any](ctx context.Context, c *Client, op messages.Op, r request, least **messages.Revision, session, user string, seen func(Reply) messages.Revision) (Reply, error) {
	t, asked, known := c.schedule(ctx), *least, c.known(session, user)
	*least = atLeast(asked, known)
	a, err := askWithin[Reply](ctx, c, t, op, r)
	if *least == asked || !messages.HasCode(err, messages.CodeBadRequest) { // which workers sign
		return a.reply, err
	}
	*least = asked
	if a, err = askWithin[Reply](ctx, c, t, op, r); err == nil {
		s, u := c.owners(session, user)
		c.seen.refuted(s, known.Session, seen(a.reply).Session)
		c.seen.refuted(u, known.User, seen(a.reply).User)
	}
	return a.reply, err
}

// atLeast is what a read must have seen: what was asked for, and what this client wrote.
func atLeast(asked *messages.Revision, known messages.Revision) *messages.Revision {
	if known == (messages.Revision{}) {
		return asked
	}
	least := known // so that only what is sent is allocated
	if asked != nil {
		least.Session = max(least.Session, asked.Session)
		least.User = max(least.User, asked.User)
	}
	return &least
}
