package client

import (
	"context"
	"slices"
	"strconv"

	"github.com/context-manager/context-manager/messages"
)

// Store adds items, or replaces those whose ids exist, all or none. Items
// without an id or a time get both here, so that trying again stores the same
// items and none twice; the reply names the ids. r is not changed.
func (c *Client) Store(ctx context.Context, r messages.StoreRequest) (messages.StoreReply, error) {
	r.Items = c.complete(r.Items)
	before := c.highest()
	a, err := ask[messages.StoreReply](ctx, c, messages.OpStore, &r)
	if err == nil {
		c.stored(r.Session, r.User, before, a.reply.Revision)
	}
	return a.reply, err
}

// complete returns a copy of items in which each has an id and a time. The ids
// of one client differ in a number alone: workers keep what they have in common
// once a session, and random ids would be a fifth of what a short turn costs there.
func (c *Client) complete(items []messages.Item) []messages.Item {
	items = slices.Clone(items)
	for i := range items {
		if items[i].ID == "" {
			items[i].ID = c.stem + "-" + strconv.FormatUint(c.items.Add(1), 10)
		}
		if items[i].Time == 0 {
			items[i].Time = c.opts.Clock().UnixMilli()
		}
	}
	return items
}

// Assemble asks for a context within a token budget. It has seen what this
// client wrote before, and whatever r.MinRevision asks for besides.
func (c *Client) Assemble(ctx context.Context, r messages.AssembleRequest) (messages.AssembleReply, error) {
	return read(ctx, c, messages.OpAssemble, &r, &r.MinRevision, r.Session, r.User, func(a messages.AssembleReply) messages.Revision { return a.Revision })
}

// List lists the items of one owner, as they were stored.
func (c *Client) List(ctx context.Context, r messages.ListRequest) (messages.ListReply, error) {
	return read(ctx, c, messages.OpList, &r, &r.MinRevision, r.Session, r.User, func(a messages.ListReply) messages.Revision { return a.Revision })
}

// Stats counts what a session, a user, or both have.
func (c *Client) Stats(ctx context.Context, r messages.StatsRequest) (messages.StatsReply, error) {
	return read(ctx, c, messages.OpStats, &r, &r.MinRevision, r.Session, r.User, func(a messages.StatsReply) messages.Revision { return a.Revision })
}

// Update changes the given fields of one item. With r.Revision an item that
// has changed since is messages.CodeConflict, and the error has its revision.
//
// If a first try took effect without an answer, the update is done, though the
// next finds the item changed, or gone: if others have changed it since,
// reply.Item has its id and the revision that this update made, and nothing
// else. ErrUnknownOutcome: whether it took effect could not be found out.
func (c *Client) Update(ctx context.Context, r messages.UpdateRequest) (messages.UpdateReply, error) {
	t := c.schedule(ctx)
	a, err := askWithin[messages.UpdateReply](ctx, c, t, messages.OpUpdate, &r)
	if len(a.tried) > 0 && refused(err) {
		a.reply, err = c.settle(ctx, t, r, a.tried)
	}
	if err == nil {
		c.wrote(r.Session, r.User, a.reply.Revision)
	}
	return a.reply, err
}

// Delete removes items by id. If a first try took effect without an answer,
// the next finds nothing left: its ids are then among reply.Missing.
func (c *Client) Delete(ctx context.Context, r messages.DeleteRequest) (messages.DeleteReply, error) {
	a, err := ask[messages.DeleteReply](ctx, c, messages.OpDelete, &r)
	if err == nil {
		c.wrote(r.Session, r.User, a.reply.Revision)
	}
	return a.reply, err
}

// Clear removes all items of one owner, or those of some levels. If a first
// try took effect without an answer, reply.Cleared counts only what the next one removed.
func (c *Client) Clear(ctx context.Context, r messages.ClearRequest) (messages.ClearReply, error) {
	a, err := ask[messages.ClearReply](ctx, c, messages.OpClear, &r)
	if err == nil {
		c.wrote(r.Session, r.User, a.reply.Revision)
	}
	return a.reply, err
}

// Promote moves items of a session to another level, to long_term also to
// another owner. Of a second try after one without an answer the same holds as for Delete.
func (c *Client) Promote(ctx context.Context, r messages.PromoteRequest) (messages.PromoteReply, error) {
	a, err := ask[messages.PromoteReply](ctx, c, messages.OpPromote, &r)
	if err == nil {
		c.wrote(r.Session, r.User, a.reply.Revision)
	}
	return a.reply, err
}
