package tiers

import (
	"context"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// Unchanged proves that nothing has been written to the owner since a segment,
// 0 for none: what a caller read up to there is all that there is. Who only
// reads cannot know that of a replicated stream: the leader that answered may
// have been cut off and replaced. So it writes a segment without entries under
// that condition, and removes it again. On an unreplicated stream every read is
// of the one server that has it, and nothing is written.
//
// CodeConflict: something was written. CodeUnavailable, CodeDeadline: nothing is known.
func (t *Tiers) Unchanged(ctx context.Context, o messages.Owner, lastSegment uint64) error {
	x, err := t.tierOf(o)
	if err != nil || !x.lead.several() {
		return err
	}
	if _, err := x.prove(ctx, ownerSubject(x.root, o), page.Condition{Unchanged: true, LastSegment: lastSegment}); err != nil {
		return x.appendError(err)
	}
	return nil
}

// prove writes a segment without entries, if a condition holds, and removes it
// again: where that stood in the stream comes after all that was there before.
func (t *tier) prove(ctx context.Context, wildcard string, c page.Condition) (uint64, error) {
	ctx = t.onThisGround(ctx) // else what is removed might be another's by then
	a := appending{
		tier: t, wildcard: wildcard, name: ownName(proofPrefix),
		data: page.AppendSegment(nil, page.Segment{At: t.clock().UnixMilli()}), // by which a merge forgets its name
		cond: c,
	}
	seq, err := a.run(ctx)
	if err != nil {
		return 0, err
	}
	if err := t.eraseAtOnce(ctx, []uint64{seq}); err != nil {
		t.log.Debug().Err(err).Str("tier", t.label).Msg("a segment without entries stays until a compaction or collection")
	}
	return seq, nil
}
