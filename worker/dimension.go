package worker

import (
	"context"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// Vectors can only be compared if they are of one dimension, and so those of
// an owner are. A batch that has vectors reads the owner first, which one
// without them need not.
func (o *operations) checkDimension(ctx context.Context, owner messages.Owner, items []messages.Item) error {
	replaced := make(map[string]bool, len(items))
	dimension := 0
	for i := range items {
		replaced[items[i].ID] = true
		dimension = max(dimension, len(items[i].Embedding)) // Validate has seen that they agree
	}
	if dimension == 0 {
		return nil
	}
	view, err := o.readFresh(ctx, owner, page.Freshness{})
	if err != nil {
		return err
	}
	return sameDimension(view.Page, dimension, func(id string) bool { return replaced[id] })
}

// float32Bytes is the size of one number of a stored vector.
const float32Bytes = 4

// sameDimension compares with the vectors that stay. Whoever changes to
// another model replaces all of an owner's vectors in one request, or clears first.
func sameDimension(p page.Page, dimension int, replaced func(id string) bool) error {
	for i := range p.Len() {
		have := len(p.Vector(i)) / float32Bytes
		if have == 0 || have == dimension || replaced(p.ID(i)) {
			continue
		}
		return messages.Errorf(messages.CodeBadRequest,
			"embedding has %d numbers, those that are stored have %d: use one model for all items of a session or user, or clear it first", dimension, have)
	}
	return nil
}
