package chaos

import (
	"context"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// A storing is a store on the ask lane, and what came of it.
type storing struct {
	request messages.StoreRequest
	records []*record
	reply   messages.StoreReply
	err     error
}

// store sends stores at once, of one to three items each; where there are many
// they share messages. The client gives ids to items that have none, and tries
// again by itself.
func (c *caller) store(ctx context.Context, n int) {
	all := make([]*storing, n)
	for i := range all {
		all[i] = c.storing()
	}
	runAll(all, func(s *storing) { s.send(ctx, c.client) })
	for _, s := range all {
		c.settle(s)
	}
}

func (c *caller) storing() *storing {
	s := &storing{request: messages.StoreRequest{Session: c.session()}}
	for range 1 + c.chance.IntN(3) {
		if c.session() != s.request.Session {
			break
		}
		it, r := c.item(c.chance.IntN(2) == 0)
		s.request.Items, s.records = append(s.request.Items, it), append(s.records, r)
	}
	return s
}

func (s *storing) send(ctx context.Context, with *client.Client) {
	s.reply, s.err = with.Store(ctx, s.request)
}

// settle notes what was acknowledged.
func (c *caller) settle(s *storing) {
	c.h.count("store", s.err)
	if s.err != nil {
		return
	}
	for i, r := range s.records {
		c.h.name(r, s.reply.IDs[i])
	}
	c.h.settle(acked, s.reply.Revision.Session, s.records...)
	c.mine = append(c.mine, s.records...)
}
