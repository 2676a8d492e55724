package operations

import (
	"context"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// clear removes all items of an owner with one entry, also where it names all levels
// that there are, or those of some levels with a tombstone each. A delivery whose
// effect was there already reports 0: how many there were is not recorded.
func (o *operations) clear(ctx context.Context, r Request) (any, error) {
	req, err := decode[messages.ClearRequest](r)
	if err != nil {
		return nil, err
	}
	owner, err := req.Owner(r.Tenant())
	if err != nil {
		return nil, err
	}
	cleared := 0
	done, err := o.change(ctx, r, owner, func(view page.View) ([]page.Entry, error) {
		ids := idsOf(view.Page, req.Levels)
		cleared = len(ids)
		at := o.Stamp().UnixMilli()
		if cleared == view.Page.Len() && cleared > 0 {
			return []page.Entry{{Kind: page.Clear, At: at}}, nil
		}
		return tombstones(ids, at), nil
	})
	if messages.HasCode(err, messages.CodeTooLarge) {
		return nil, messages.Errorf(messages.CodeTooLarge, "the ids of %d items are more than one message takes: delete them in several requests, or clear all levels at once", cleared)
	}
	if err != nil {
		return nil, err
	}
	return &messages.ClearReply{Cleared: cleared, Revision: revisionOf(owner, done.seq)}, nil
}

// idsOf are the items of some levels, or of all if there are none.
func idsOf(p page.Page, levels []messages.Level) []string {
	var ids []string
	these := &messages.Filter{Levels: levels}
	for i := range p.Len() {
		if assemble.Matches(p, i, these) {
			ids = append(ids, p.ID(i))
		}
	}
	return ids
}
