package operations

import (
	"context"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// update changes fields of one item, if it is at the revision that the caller
// has seen. That others change other items meanwhile is no conflict.
func (o *operations) update(ctx context.Context, r Request) (any, error) {
	req, err := decode[messages.UpdateRequest](r)
	if err != nil {
		return nil, err
	}
	reply, err := o.updateItem(ctx, r, &req)
	if err != nil {
		return nil, err
	}
	if !r.Granted(messages.GrantRead) { // who may only write does not read what others wrote by changing it
		reply.Item = messages.Item{ID: reply.Item.ID, Revision: reply.Item.Revision}
	}
	return reply, nil
}

func (o *operations) updateItem(ctx context.Context, r Request, req *messages.UpdateRequest) (*messages.UpdateReply, error) {
	owner, err := req.Owner(r.Tenant())
	if err != nil {
		return nil, err
	}
	var updated page.Item
	done, err := o.changeSince(ctx, r, owner, req.Revision, func(view page.View) ([]page.Entry, error) {
		item, err := current(view.Page, req)
		if err != nil {
			return nil, err
		}
		if req.Text != nil && req.Language == nil {
			o.forgetLanguage(&item)
		}
		patch(&item, req)
		entries := []page.Entry{o.putEntry(item)}
		updated = entries[0].Item
		if req.Embedding != nil {
			_, err = sameDimension(view.Page, entries)
		}
		return entries, err
	})
	if messages.HasCode(err, messages.CodeConflict) || messages.HasCode(err, messages.CodeNotFound) {
		return o.updatedByAnother(ctx, r, owner, req, done.view, err)
	}
	if err != nil {
		return nil, err
	}
	if done.done {
		return updatedBefore(owner, req, done), nil
	}
	return &messages.UpdateReply{Item: assemble.WireStored(&updated, done.seq), Revision: revisionOf(owner, done.seq)}, nil
}

// current is the item to be changed, if it is there and as the caller has seen it.
func current(p page.Page, req *messages.UpdateRequest) (page.Item, error) {
	i, ok := p.Find(req.ID)
	if !ok {
		return page.Item{}, messages.Errorf(messages.CodeNotFound, "there is no item of this id: list the items, or store it")
	}
	if is := p.Row(i).Revision; req.Revision != 0 && req.Revision != is {
		conflict := messages.Errorf(messages.CodeConflict,
			"the item is at revision %d, not %d: read it again and decide anew", is, req.Revision)
		conflict.Revision = is
		return page.Item{}, conflict
	}
	return p.Item(i), nil
}

// updatedBefore answers a delivery whose effect was there already, with the
// item as it is now: others may have changed or removed it since.
func updatedBefore(owner messages.Owner, req *messages.UpdateRequest, done effect) *messages.UpdateReply {
	reply := &messages.UpdateReply{Item: messages.Item{ID: req.ID}, Revision: revisionOf(owner, done.seq)}
	if i, ok := done.view.Page.Find(req.ID); ok {
		reply.Item = assemble.WireItem(done.view.Page, i)
	}
	return reply
}

// updatedByAnother answers an update that was refused: with success if one of
// the requests that it names as tried is what had the effect, else with the refusal.
func (o *operations) updatedByAnother(
	ctx context.Context, r Request, owner messages.Owner, req *messages.UpdateRequest, view page.View, refused error,
) (*messages.UpdateReply, error) {
	for _, id := range req.Tried {
		seq, done, err := o.Log.Applied(ctx, owner, segmentOf(r.KeyID(), id), view.Revision)
		if err != nil {
			return nil, err
		}
		if !done {
			continue
		}
		reply := &messages.UpdateReply{Item: messages.Item{ID: req.ID, Revision: seq}, Revision: revisionOf(owner, seq)}
		if i, ok := view.Page.Find(req.ID); ok && view.Page.Row(i).Revision == seq {
			reply.Item = assemble.WireItem(view.Page, i)
		}
		return reply, nil
	}
	return nil, refused
}

// forgetLanguage lets the language of an item's next text be found out, unless
// the caller gave the one that it has: that is not what its text shows.
func (o *operations) forgetLanguage(it *page.Item) {
	shown := page.Item{Text: it.Text}
	o.Analyzer.Item(&shown)
	if shown.Language == it.Language {
		it.Language = ""
	}
}

// patch changes the fields that the request gives.
func patch(it *page.Item, req *messages.UpdateRequest) {
	set(&it.Text, req.Text)
	set(&it.Name, req.Name)
	set(&it.Time, req.Time)
	set(&it.Group, req.Group)
	set(&it.Expires, req.Expires)
	set(&it.Language, req.Language)
	set(&it.Embedding, req.Embedding)
	if req.Level != nil {
		it.Level = storedLevel(*req.Level)
	}
	if req.Role != nil {
		it.Role = storedRole(*req.Role)
	}
	if req.Importance != nil {
		it.Importance = storedImportance(req.Importance)
	}
	if req.Accesses != nil {
		it.Accesses = uint32(*req.Accesses)
	}
	if req.Pinned != nil {
		it.Flags = it.Flags&^page.Pinned | pinnedFlag(*req.Pinned)
	}
	if req.Metadata != nil {
		it.Metadata = storedMetadata(*req.Metadata)
	}
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}
