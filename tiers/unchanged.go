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
	if err != nil || !x.lead.replicated.Load() {
		return err
	}
	a := appending{
		tier: x, wildcard: ownerSubject(x.root, o), name: ownName(proofPrefix),
		data: page.AppendSegment(nil, page.Segment{At: t.clock().UnixMilli()}), // by which a merge forgets its name
		cond: page.Condition{Unchanged: true, LastSegment: lastSegment},
	}
	seq, err := a.run(ctx)
	if err != nil {
		return x.appendError(err)
	}
	if err := x.eraseAtOnce(ctx, []uint64{seq}); err != nil {
		x.log.Debug().Err(err).Str("tier", x.label).Msg("a segment without entries stays until the owner is compacted")
	}
	return nil
}
