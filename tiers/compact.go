package tiers

import (
	"context"
	"errors"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// Compaction writes one merged segment in place of several and then removes
// those. Between the two steps both are there, which changes nothing: entries
// keep their origins, and the fold takes them twice with one result. So a
// crash in between, and two compactors at once, do no harm.

// errNotNeeded means that the log is short enough.
var errNotNeeded = errors.New("the log is short enough")

// compact merges what is worth merging of an owner's log.
func (t *tier) compact(ctx context.Context, wildcard string) (bool, error) {
	ctx, done := t.inBackground(t.onThisGround(ctx))
	defer done()
	o, err := t.look(ctx, wildcard)
	if err != nil {
		return false, err
	}
	at := t.choose(o.pieces)
	if at < len(o.pieces) {
		if err := t.merge(ctx, wildcard, stored(o.pieces[at:])); err != nil {
			return true, err
		}
	}
	t.compactor.outlines.put(wildcard, o.until(at))
	if at == len(o.pieces) {
		return false, errNotNeeded
	}
	return true, nil
}

// merge replaces segments of a log by one.
//
// The oldest of them must still be there. A compactor that was paused so long
// that its sources are merged already, and tombstones of what they held gone,
// is refused by that. Writers do not disturb it, unlike with a condition on
// the owner's newest segment, so a busy owner is compacted too.
func (t *tier) merge(ctx context.Context, wildcard string, sources []page.Stored) error {
	now := t.due()
	parts, err := page.MergeParts(sources, page.MergeOptions{
		Now:                  now.UnixMilli(),
		Made:                 t.stamp().UnixMilli(),
		ForgetAbsorbedBefore: now.Add(-t.cfg.jobMemory()).UnixMilli(),
	}, t.mostMerged())
	if err != nil {
		return err
	}
	oldest := sources[0]
	cond := jet.Expected{Subject: segmentSubject(wildcard, oldest.Name), Seq: oldest.Seq}
	if err := t.putParts(ctx, wildcard, parts, func(uint64) jet.Expected { return cond }); err != nil {
		return err
	}
	return t.replaced(ctx, wildcard, sizeOfParts(parts), sources)
}

// replaced removes the sources of merged segments that have been published.
func (t *tier) replaced(ctx context.Context, wildcard string, size int, sources []page.Stored) error {
	t.Tiers.met.compactedOut.Add(float64(size))
	t.Tiers.met.compactedIn.Add(float64(len(sources)))
	return t.remove(ctx, wildcard, sources)
}
