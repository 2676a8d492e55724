package operations

import (
	"context"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// store writes a batch of items as one segment: all of them or none.
func (o *operations) store(ctx context.Context, r Request) (any, error) {
	req, err := decode[messages.StoreRequest](r)
	if err != nil {
		return nil, err
	}
	owner, err := req.Owner(r.Tenant())
	if err != nil {
		return nil, err
	}
	reply := &messages.StoreReply{IDs: make([]string, len(req.Items))}
	entries := make([]page.Entry, len(req.Items))
	for i := range req.Items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		entries[i] = o.putEntry(storedItem(&req.Items[i], i, r))
		reply.IDs[i] = entries[i].Item.ID
		reply.Tokens += int(entries[i].Item.LineTokens)
	}
	done, err := o.put(ctx, r, owner, entries)
	if err != nil {
		return nil, err
	}
	reply.Revision = revisionOf(owner, done.seq)
	return reply, nil
}

// putEntry analyses an item and makes the entry that stores it.
func (o *operations) putEntry(it page.Item) page.Entry {
	o.Analyzer.Item(&it)
	return page.Entry{Kind: page.Put, At: o.Stamp().UnixMilli(), Item: it}
}

// storedItem is the stored form of the i-th item of a request. An item without
// an id gets one that follows from the request's, so that a job that is
// delivered twice stores the same items twice. One without a time happened when it was sent.
func storedItem(it *messages.Item, i int, r Request) page.Item {
	stored := toStored(it)
	if stored.ID == "" {
		stored.ID = messages.ItemID(r.ID(), i)
	}
	if stored.Time == 0 {
		stored.Time = r.Time()
	}
	return stored
}
