package operations

import (
	"context"
	"reflect"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// promote moves items of a session to another level. A delivery whose effect
// was there already reports all of them as promoted.
func (o *operations) promote(ctx context.Context, r Request) (any, error) {
	req, err := decode[messages.PromoteRequest](r)
	if err != nil {
		return nil, err
	}
	from, to := req.Owners(r.Tenant())
	if from == to {
		return o.relevel(ctx, r, from, &req)
	}
	return o.handOver(ctx, r, from, to, &req)
}

// relevel writes the items anew with another level, in one segment.
func (o *operations) relevel(ctx context.Context, r Request, owner messages.Owner, req *messages.PromoteRequest) (any, error) {
	promoted, missing := req.IDs, []string(nil)
	done, err := o.change(ctx, r, owner, func(view page.View) ([]page.Entry, error) {
		promoted, missing = present(view.Page, req.IDs)
		return o.copies(view.Page, promoted, req.To), nil
	})
	if err != nil {
		return nil, err
	}
	return &messages.PromoteReply{Promoted: promoted, Missing: missing, Revision: revisionOf(owner, done.seq)}, nil
}

// handOver moves items from a session to a user. It gives before it takes: a
// worker that dies in between leaves an item in both places, never in none,
// and trying again, as the same request or as another, finishes the move.
func (o *operations) handOver(ctx context.Context, r Request, from, to messages.Owner, req *messages.PromoteRequest) (any, error) {
	session, err := o.readSure(ctx, from, req.IDs)
	if err != nil {
		return nil, err
	}
	there, missing := present(session.Page, req.IDs)
	if len(there) == 0 && !r.Again {
		return &messages.PromoteReply{Promoted: there, Missing: missing, Revision: revisionOf(from, session.Revision)}, nil
	}
	copies := o.copies(session.Page, there, req.To)
	given, err := o.put(ctx, r, to, copies)
	if err != nil {
		return nil, err
	}
	moved := revisions(session.Page, there)
	if given.done {
		keepTwins(moved, copies, given.view.Page)
	}
	reply, seq, err := o.take(ctx, r, from, req.IDs, moved)
	if err != nil {
		return nil, err
	}
	reply.Revision = messages.Revision{Session: seq, User: given.seq}
	return reply, nil
}

// readSure reads an owner, and does not say that an item is missing unless it is.
func (o *operations) readSure(ctx context.Context, owner messages.Owner, ids []string) (page.View, error) {
	for attempt := 0; ; attempt++ {
		view, err := o.readFresh(ctx, owner, page.Freshness{Reload: true})
		if err != nil {
			return page.View{}, err
		}
		if _, missing := present(view.Page, ids); len(missing) > 0 {
			err = o.Log.Unchanged(ctx, owner, view.Page.LastSegment())
		}
		if !messages.HasCode(err, messages.CodeConflict) {
			return view, err
		}
		if err := o.Pause(ctx, attempt); err != nil {
			return page.View{}, busyOwner(err)
		}
	}
}

// take buries the items that were moved, unless they have changed since: a
// newer version in the session is no copy of what was moved, and stays.
func (o *operations) take(ctx context.Context, r Request, from messages.Owner, ids []string, moved map[string]uint64) (*messages.PromoteReply, uint64, error) {
	reply := &messages.PromoteReply{Promoted: ids}
	done, err := o.change(ctx, r, from, func(view page.View) ([]page.Entry, error) {
		reply.Promoted, reply.Missing = []string{}, nil
		var buried []string
		for _, id := range ids {
			revision, ok := moved[id]
			if !ok {
				reply.Missing = append(reply.Missing, id)
				continue
			}
			reply.Promoted = append(reply.Promoted, id)
			if i, ok := view.Page.Find(id); ok && view.Page.Row(i).Revision == revision {
				buried = append(buried, id)
			}
		}
		return tombstones(buried, o.Stamp().UnixMilli()), nil
	})
	return reply, done.seq, err
}

// copies are entries that store items again at another level. What becomes
// long_term stays: it does not expire with its session.
func (o *operations) copies(p page.Page, ids []string, level messages.Level) []page.Entry {
	var at []int
	for _, id := range ids {
		if i, ok := p.Find(id); ok {
			at = append(at, i)
		}
	}
	entries := make([]page.Entry, len(at))
	for k, item := range p.Items(at) {
		item.Level = storedLevel(level)
		if level == messages.LongTerm {
			item.Expires = 0
		}
		entries[k] = page.Entry{Kind: page.Put, At: o.Stamp().UnixMilli(), Item: item}
	}
	return entries
}

// noRevision is that of no item.
const noRevision = 0

// revisions are the revisions of some items that the page has.
func revisions(p page.Page, ids []string) map[string]uint64 {
	found := make(map[string]uint64, len(ids))
	for _, id := range ids {
		if i, ok := p.Find(id); ok {
			found[id] = p.Row(i).Revision
		}
	}
	return found
}

// keepTwins keeps those items with the session of which the user does not have just
// such a copy. A delivery that finds its items given to the user already cannot know at
// which revision that was, so it takes only what would be given again as it is there.
// What the user does not have at all was not given.
func keepTwins(moved map[string]uint64, copies []page.Entry, user page.Page) {
	var at []int
	for k := range copies {
		if i, ok := user.Find(copies[k].Item.ID); ok {
			at = append(at, i)
		}
	}
	has := make(map[string]page.Item, len(at))
	for _, it := range user.Items(at) {
		has[it.ID] = it
	}
	for k := range copies {
		it := copies[k].Item
		switch copied, given := has[it.ID]; {
		case !given:
			delete(moved, it.ID)
		case !reflect.DeepEqual(it, copied):
			moved[it.ID] = noRevision
		}
	}
}
