package operations

import (
	"context"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// Vectors can only be compared if they are of one dimension, and so those of
// an owner are. Whoever changes to another model replaces all of an owner's
// vectors in one request, or clears first. While one does, another who stores
// by the old model can slip in: such an owner has vectors of two dimensions
// and takes both, and assembly compares those that are of the query's.

// float32Bytes is the size of one number of a stored vector.
const float32Bytes = 4

// dimensionKnown is sameDimension of what the owner has now. Entries with
// vectors read it first, which those without need not.
func (o *operations) dimensionKnown(ctx context.Context, owner messages.Owner, entries []page.Entry) (bool, error) {
	if dimension, err := dimensionOf(entries); dimension == 0 || err != nil {
		return true, err
	}
	view, err := o.readFresh(ctx, owner, page.Freshness{})
	if err != nil {
		return false, err
	}
	return sameDimension(view.Page, entries)
}

// sameDimension refuses vectors of another dimension than all those that the
// owner has and keeps. It tells whether the owner has some of theirs already:
// else they bring the first of it, and others may bring the first of another.
func sameDimension(p page.Page, entries []page.Entry) (known bool, err error) {
	dimension, err := dimensionOf(entries)
	if dimension == 0 || err != nil {
		return true, err
	}
	other, replaced := 0, putIDs(entries)
	for i := range p.Len() {
		switch have := len(p.Vector(i)) / float32Bytes; {
		case have == dimension:
			return true, nil
		case have != 0 && !replaced[p.ID(i)]:
			other = have
		}
	}
	if other != 0 {
		return false, twoDimensions(dimension, other)
	}
	return false, nil
}

// dimensionOf is the one dimension of all vectors of some entries, 0 if there are none.
func dimensionOf(entries []page.Entry) (dimension int, err error) {
	for i := range entries {
		switch n := len(entries[i].Item.Embedding); {
		case n == 0 || n == dimension:
		case dimension != 0:
			return 0, twoDimensions(n, dimension)
		default:
			dimension = n
		}
	}
	return dimension, nil
}

func twoDimensions(given, have int) error {
	return messages.Errorf(messages.CodeBadRequest,
		"embedding has %d numbers, those that are stored have %d: use one model for all items of a session or user, or clear it first", given, have)
}

func putIDs(entries []page.Entry) map[string]bool {
	ids := make(map[string]bool, len(entries))
	for i := range entries {
		ids[entries[i].Item.ID] = true
	}
	return ids
}
