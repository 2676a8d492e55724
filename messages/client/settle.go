package client

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/context-manager/context-manager/messages"
)

// settle decides what a conflict means that follows a try without an answer:
// that try may be what changed the item. If the item is as the patch wants it,
// the update took effect. Otherwise the conflict stands.
func (c *Client) settle(ctx context.Context, r messages.UpdateRequest, conflict error) (messages.UpdateReply, error) {
	var now *messages.Error
	if !errors.As(conflict, &now) {
		return messages.UpdateReply{}, conflict
	}
	// The list must have seen the change that made the conflict.
	c.wrote(r.Session, r.User, messages.Revision{Session: now.Revision, User: now.Revision})
	list, err := c.List(ctx, messages.ListRequest{Session: r.Session, User: r.User, IDs: []string{r.ID}})
	if err != nil || len(list.Items) != 1 || !patched(&list.Items[0], &r) {
		return messages.UpdateReply{}, conflict
	}
	return messages.UpdateReply{Item: list.Items[0], Revision: list.Revision}, nil
}

// patched tells whether the item already is as the patch wants it.
func patched(it *messages.Item, r *messages.UpdateRequest) bool {
	return same(r.Text, it.Text) && same(r.Level, it.Level) && sameRole(r.Role, it.Role) &&
		same(r.Name, it.Name) && same(r.Time, it.Time) && sameImportance(r.Importance, it.Importance) &&
		same(r.Accesses, it.Accesses) && same(r.Pinned, it.Pinned) && same(r.Group, it.Group) && same(r.Expires, it.Expires) &&
		sameLanguage(r.Language, it.Language) &&
		(r.Metadata == nil || maps.Equal(*r.Metadata, it.Metadata)) &&
		(r.Embedding == nil || slices.Equal(*r.Embedding, it.Embedding))
}

// same tells whether a field has the value that the patch gives, if it gives one.
func same[T comparable](want *T, have T) bool { return want == nil || *want == have }

// sameRole knows that no role means the user's.
func sameRole(want *messages.Role, have messages.Role) bool {
	return same(want, have) || *want == "" && have == messages.User
}

// sameImportance compares in the precision in which importance is stored.
func sameImportance(want, have *float64) bool {
	return want == nil || have != nil && float32(*want) == float32(*have)
}

// sameLanguage knows that no language means that the worker detects it.
func sameLanguage(want *string, have string) bool { return same(want, have) || *want == "" }
