package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

const (
	perSession = 150 // items, so that one page of a list shows them all
	pace       = 15 * time.Millisecond
	patience   = 30 * time.Second // of one call: longer than an election of leaders
	atOnce     = 12               // stores, or jobs, that are sent at once now and then: more than have messages of their own
	poisonBody = `{"session":"poison","items":[{"text":7}]}`
)

// A caller sends one kind of load after another, as its chance says.
type caller struct {
	name   string
	client *client.Client
	chance *rand.Rand
	h      *history

	n    int       // items sent
	mine []*record // acknowledged stores that it may delete
}

// run sends until ctx ends, and finishes what it has begun.
func (c *caller) run(ctx context.Context) {
	ticker := time.NewTicker(pace)
	defer ticker.Stop()
	for ctx.Err() == nil {
		c.one(context.WithoutCancel(ctx))
		<-ticker.C
	}
}

func (c *caller) one(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	switch n := c.chance.IntN(100); {
	case n < 30:
		c.store(ctx, 1)
	case n < 35:
		c.store(ctx, atOnce)
	case n < 55:
		c.submit(ctx, 1)
	case n < 60:
		c.submit(ctx, atOnce)
	case n < 70:
		c.wait(ctx)
	case n < 80:
		c.remove(ctx)
	case n < 82:
		c.poison(ctx)
	case n < 92:
		c.list(ctx, c.session())
	default:
		c.assemble(ctx)
	}
}

func (c *caller) session() string { return fmt.Sprintf("%s-%d", c.name, c.n/perSession) }

// item makes an item that was never sent before, with an id or without.
func (c *caller) item(withID bool) (messages.Item, *record) {
	session := c.session()
	c.n++
	text, id := fmt.Sprintf("item %d of %s", c.n, c.name), ""
	if withID {
		id = fmt.Sprintf("i%d", c.n)
	}
	return messages.Item{ID: id, Text: text}, c.h.begin(session, id, text)
}

// wait submits an item and waits for the worker's answer.
func (c *caller) wait(ctx context.Context) {
	it, r := c.item(true)
	var reply messages.StoreReply
	err := c.client.SubmitAndWait(ctx, messages.OpStore, messages.StoreRequest{Session: r.session, Items: []messages.Item{it}}, &reply)
	c.h.count("job answered", err)
	switch {
	case err == nil:
		c.h.settle(acked, reply.Revision.Session, r)
	case errors.Is(err, client.ErrPending): // the stream has it
		c.h.settle(acked, 0, r)
	}
}

// remove deletes something of its own.
func (c *caller) remove(ctx context.Context) {
	if len(c.mine) == 0 {
		return
	}
	i := c.chance.IntN(len(c.mine))
	r := c.mine[i]
	c.mine[i] = c.mine[len(c.mine)-1]
	c.mine = c.mine[:len(c.mine)-1]
	c.h.settle(doomed, 0, r)
	reply, err := c.client.Delete(ctx, messages.DeleteRequest{Session: r.session, IDs: []string{r.id}})
	c.h.count("delete", err)
	if err == nil {
		c.h.settle(deleted, reply.Revision.Session, r)
	}
}

// list reads a session and compares it with what is known of it.
func (c *caller) list(ctx context.Context, session string) {
	e := c.h.expect(session)
	reply, err := c.client.List(ctx, messages.ListRequest{
		Session: session, Limit: messages.MaxListLimit, MinRevision: &messages.Revision{Session: e.revision},
	})
	c.h.count("list", err)
	if err == nil {
		c.h.compare(e, reply)
	}
}

func (c *caller) assemble(ctx context.Context) {
	e := c.h.expect(c.session())
	const budget = 600
	reply, err := c.client.Assemble(ctx, messages.AssembleRequest{
		Session: e.session, Query: "which item", MaxTokens: budget, MinRevision: &messages.Revision{Session: e.revision},
	})
	c.h.count("assemble", err)
	switch {
	case err != nil:
	case reply.Revision.Session < e.revision:
		c.h.blame("an assembled context of %s has seen revision %d, asked for was %d", e.session, reply.Revision.Session, e.revision)
	case reply.Tokens.Total > budget:
		c.h.blame("an assembled context has %d tokens of %d", reply.Tokens.Total, budget)
	}
}
