package operations

import (
	"cmp"
	"context"
	"fmt"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// A decision looks at what an owner has and says what to write. No entries
// means that there is nothing to do. It is asked again when the owner changed
// before its entries were written, so it must depend on the view alone.
type decision func(view page.View) ([]page.Entry, error)

// An effect is what came of a change.
type effect struct {
	// seq is the sequence of the request's segment, or how far the owner was
	// read if there was nothing to write.
	seq uint64
	// view is what the decision saw. If done is set it is what the owner has
	// by now, the effect included.
	view page.View
	// done is set when the effect was there already: an earlier delivery of
	// the request had it, and no decision was asked this time.
	done bool
}

// change writes what decide wants under the request's name, if nothing else was
// written to the owner meanwhile, and tries again if something was.
//
// However often a request is delivered it has one effect. A delivery that may
// not be the first looks for the request's segment, merged ones included,
// after it has read the owner, and writes only if the owner is as it was read
// then. So a twin cannot slip in between, not even one whose segment has been
// merged away, which the uniqueness of the segment's name would not notice.
//
// What this worker changes of the owner besides has its turn before or after.
//
// A view that is older than it says does no harm: what is written on its word
// is refused, and that there is nothing to write, or nothing to change, is
// proved before it is said.
func (o *operations) change(ctx context.Context, r Request, owner messages.Owner, decide decision) (effect, error) {
	return o.changeSince(ctx, r, owner, 0, decide)
}

// changeSince is change for a caller who has seen the owner at a revision. A
// view that has not come that far is not decided by: what leads a stream and
// was cut off answers with what it had until it learns of its successor.
func (o *operations) changeSince(ctx context.Context, r Request, owner messages.Owner, seen uint64, decide decision) (effect, error) {
	leave, err := o.turns.enter(ctx, owner)
	if err != nil {
		return effect{}, busyOwner(err)
	}
	defer leave()
	look := r.Again
	for attempt := 0; ; attempt++ {
		view, err := o.readFresh(ctx, owner, page.Freshness{Reload: true, MinSession: seen, MinUser: seen})
		if err != nil {
			return effect{}, err
		}
		if look {
			seq, done, err := o.Log.Applied(ctx, owner, segmentOf(r.KeyID(), r.ID()), view.Revision)
			if done && seq > view.Revision { // a twin wrote it after that was read
				seen = seq
				continue
			}
			if done {
				r.Trace.note(owner, seq)
			}
			if err != nil || done {
				return effect{seq: seq, view: view, done: done}, err
			}
		}
		entries, decided := decide(view)
		seq := view.Revision
		switch {
		case messages.HasCode(decided, messages.CodeNotFound), decided == nil && len(entries) == 0:
			err = o.Log.Unchanged(ctx, owner, view.Page.LastSegment())
		case decided != nil:
			return effect{view: view}, decided
		default:
			seq, err = o.write(ctx, r, owner, entries, &view)
		}
		if !messages.HasCode(err, messages.CodeConflict) {
			return effect{seq: seq, view: view}, cmp.Or(err, decided)
		}
		look = true // an ambiguous first try may itself be what changed the owner
		if err := o.Pause(ctx, attempt); err != nil {
			return effect{}, busyOwner(err)
		}
	}
}

// busyOwner is the error of a change that others did not let through.
func busyOwner(err error) error {
	return messages.Caused(messages.CodeDeadline, err, "others kept changing the same session or user until the deadline: try again")
}

// put writes entries that depend on nothing that the owner has, or on no more
// than the dimension of its vectors: in one round trip, unless they are the
// first vectors of theirs, or many bytes. Those are written as a change, so that of
// two dimensions that come at the same time one is refused, and of what several
// workers store at the same time what would be too much.
func (o *operations) put(ctx context.Context, r Request, owner messages.Owner, entries []page.Entry) (effect, error) {
	if !r.Again {
		known, err := o.dimensionKnown(ctx, owner, entries)
		if err != nil {
			return effect{}, err
		}
		if known && o.few(entries) {
			seq, err := o.write(ctx, r, owner, entries, nil)
			if !messages.HasCode(err, messages.CodeConflict) {
				return effect{seq: seq}, err
			}
			r.Again = true // a segment of this name exists: is it this request's?
		}
	}
	return o.change(ctx, r, owner, func(view page.View) ([]page.Entry, error) {
		_, err := sameDimension(view.Page, entries)
		return entries, err
	})
}

// write appends entries, if the owner is still as it was seen, or without such
// a condition if it was not looked at.
func (o *operations) write(ctx context.Context, r Request, owner messages.Owner, entries []page.Entry, seen *page.View) (uint64, error) {
	segment, err := o.encodeSegment(entries)
	if err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil { // nothing is begun that cannot be answered for
		return 0, fmt.Errorf("not written: %w", err)
	}
	if err := o.fits(ctx, owner, entries, len(segment), seen); err != nil {
		return 0, err
	}
	var c page.Condition
	if seen != nil {
		c = page.Condition{Unchanged: true, LastSegment: seen.Page.LastSegment(), Again: r.Again}
	}
	seq, err := o.Log.Append(ctx, owner, segmentOf(r.KeyID(), r.ID()), segment, c)
	if err == nil {
		r.Trace.note(owner, seq)
	}
	return seq, err
}

// tombstones bury items by id.
func tombstones(ids []string, at int64) []page.Entry {
	entries := make([]page.Entry, len(ids))
	for i, id := range ids {
		entries[i] = page.Entry{Kind: page.Tombstone, At: at, ID: id}
	}
	return entries
}
