package operations

import (
	"context"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// delete removes items by id, and says which of them were not there. A
// delivery whose effect was there already reports all of them as deleted:
// they are gone, and which of them were missing is not recorded.
func (o *operations) delete(ctx context.Context, r Request) (any, error) {
	req, err := decode[messages.DeleteRequest](r)
	if err != nil {
		return nil, err
	}
	owner, err := req.Owner(r.Tenant())
	if err != nil {
		return nil, err
	}
	deleted, missing := req.IDs, []string(nil)
	done, err := o.change(ctx, r, owner, func(view page.View) ([]page.Entry, error) {
		deleted, missing = present(view.Page, req.IDs)
		return tombstones(deleted, o.Stamp().UnixMilli()), nil
	})
	if err != nil {
		return nil, err
	}
	return &messages.DeleteReply{Deleted: deleted, Missing: missing, Revision: revisionOf(owner, done.seq)}, nil
}

// present divides ids into those that the page has, and the rest. Neither is nil if there are none.
func present(p page.Page, ids []string) (there, missing []string) {
	there, missing = []string{}, []string{}
	for _, id := range ids {
		if _, ok := p.Find(id); ok {
			there = append(there, id)
		} else {
			missing = append(missing, id)
		}
	}
	return there, missing
}
