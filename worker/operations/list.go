package operations

import (
	"context"
	"encoding/json"
	"sort"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// A listing is a messages.ListReply whose items are encoded already.
type listing struct {
	Items    []json.RawMessage `json:"items"`
	Next     string            `json:"next,omitempty"`
	Total    int               `json:"total"`
	Revision messages.Revision `json:"revision"`
}

// list gives one page of an owner's items. A page ends at the limit, or
// where one message cannot carry more; its cursor leads on either way.
func (o *operations) list(ctx context.Context, r Request) (any, error) {
	req, err := decode[messages.ListRequest](r)
	if err != nil {
		return nil, err
	}
	owner, err := req.Owner(r.Tenant())
	if err != nil {
		return nil, err
	}
	matches := matcher(&req)
	view, err := o.readFresh(ctx, owner, freshness(0, req.MinRevision))
	if err != nil {
		return nil, err
	}
	from, err := start(view.Page, req.Cursor)
	if err != nil {
		return nil, err
	}
	reply := &listing{Items: []json.RawMessage{}, Revision: revisionOf(owner, view.Revision)}
	for i := range view.Page.Len() {
		if matches(view.Page, i) {
			reply.Total++
		}
	}
	return reply, o.fill(reply, view.Page, from, req.Limit, matches)
}

// fill adds items from an index on, until limit or the message is full.
func (o *operations) fill(reply *listing, p page.Page, from, limit int, matches func(page.Page, int) bool) error {
	size, last := 0, -1
	for i := from; i < p.Len(); i++ {
		if !matches(p, i) {
			continue
		}
		if len(reply.Items) == limit {
			reply.Next = cursorAt(p, last).String()
			return nil
		}
		item, err := messages.AppendJSON(nil, assemble.WireItem(p, i))
		if err != nil {
			return err
		}
		size += len(item) + 1
		if last >= 0 && size > o.room() {
			reply.Next = cursorAt(p, last).String()
			return nil
		}
		reply.Items = append(reply.Items, item)
		last = i
	}
	return nil
}

// start is the index of the first item after a cursor.
func start(p page.Page, encoded string) (int, error) {
	if encoded == "" {
		return 0, nil
	}
	at, err := parseCursor(encoded)
	if err != nil {
		return 0, err
	}
	return sort.Search(p.Len(), func(i int) bool { return at.before(p, i) }), nil
}

// matcher tells whether an item is asked for.
func matcher(req *messages.ListRequest) func(page.Page, int) bool {
	if len(req.IDs) == 0 {
		return func(p page.Page, i int) bool { return assemble.Matches(p, i, req.Filter) }
	}
	wanted := make(map[string]struct{}, len(req.IDs))
	for _, id := range req.IDs {
		wanted[id] = struct{}{}
	}
	var id []byte
	return func(p page.Page, i int) bool {
		id = p.AppendID(id[:0], i)
		_, ok := wanted[string(id)]
		return ok && assemble.Matches(p, i, req.Filter)
	}
}
