package tiers

import (
	"context"
	"time"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// worthShare is how much smaller a log must become for it to be rewritten.
const worthShare = 0.9

// tend looks after one owner: buries all it has if nobody has written for long,
// or what is over its caps, and rewrites its log if much of that is dead.
func (t *tier) tend(ctx context.Context, wildcard string) error {
	ctx, done := t.inBackground(t.onThisGround(ctx))
	defer done()
	limited, cancel := jet.Within(ctx, compactTime)
	defer cancel()
	t.Tiers.met.gcOwners.Inc()
	b, err := t.loadSound(limited, wildcard)
	if err != nil || len(b.segs) == 0 {
		return err
	}
	now := t.due()
	p, err := page.Fold(page.Page{}, b.segs, b.upTo, 0) // 0: expired items are in, to be counted
	if err != nil {
		return err
	}
	dead, what, err := t.condemned(p, b, now)
	if err != nil {
		return err
	}
	if len(dead) > 0 {
		buried, err := t.bury(limited, wildcard, dead, p.LastSegment())
		if err != nil {
			return err
		}
		if b, err = t.loadSound(limited, wildcard); err != nil {
			return err
		}
		if buried > 0 && !b.isVoid(buried) {
			t.removed(what, len(dead))
		}
	}
	return t.tidy(limited, wildcard, b, now, expiredItems(p, now.UnixMilli()))
}

// condemned gives the entries that bury what is to go, and what that is called:
// all that an owner has who is forgotten, or the items over its caps. Even who
// is forgotten is buried first, since a page that somebody has is brought up to
// date by what is new, and not by what is missing.
func (t *tier) condemned(p page.Page, b batch, now time.Time) (dead []page.Entry, what string, err error) {
	forgotten, err := t.forgotten(p, b, now)
	if err != nil {
		return nil, "", err
	}
	if forgotten {
		return []page.Entry{{Kind: page.Clear, At: t.stamp().UnixMilli()}}, "owners", nil
	}
	for _, id := range excess(p, t.limits, now.UnixMilli()) {
		dead = append(dead, page.Entry{Kind: page.Tombstone, At: t.stamp().UnixMilli(), ID: id})
	}
	return dead, "items", nil
}

// forgotten tells whether an owner's newest segment is so old that all it has goes.
func (t *tier) forgotten(p page.Page, b batch, now time.Time) (bool, error) {
	if t.forgetAfter <= 0 || p.Len() == 0 {
		return false, nil
	}
	for _, s := range b.segs {
		head, err := page.ReadHead(s.Data)
		if err != nil {
			return false, &page.SegmentError{Seq: s.Seq, Err: err}
		}
		if now.Sub(time.UnixMilli(head.At)) < t.forgetAfter {
			return false, nil
		}
	}
	return true, nil
}

// bury writes what buries items or all of an owner, if the log's newest segment is
// still the last, and gives its sequence; 0 if it was not.
func (t *tier) bury(ctx context.Context, wildcard string, dead []page.Entry, last uint64) (uint64, error) {
	data := page.AppendSegment(nil, page.Segment{Entries: dead})
	seq, err := t.put(ctx, wildcard, ownName(evictedPrefix), data, jet.Expected{Subject: wildcard, Seq: last})
	return seq, ignoreConflict(err)
}

// tidy merges an owner's whole log into one segment, or as many as it takes, if
// that makes it shorter or smaller enough. Only here do tombstones go, so it must see every segment:
// the condition is that none has been added.
func (t *tier) tidy(ctx context.Context, wildcard string, b batch, now time.Time, expired int) error {
	if held, err := t.held(b); err != nil || held > 0 {
		return err // a later sweep will look again
	}
	parts, err := page.MergeParts(b.segs, page.MergeOptions{
		All:                  true,
		Now:                  now.UnixMilli(),
		Made:                 t.stamp().UnixMilli(),
		DropTombstonesBefore: now.Add(-t.cfg.tombstoneLife()).UnixMilli(),
		ForgetAbsorbedBefore: now.Add(-t.cfg.jobMemory()).UnixMilli(),
	}, t.mostMerged())
	if err != nil {
		return err
	}
	head, err := page.ReadHead(parts[0])
	if err != nil {
		return err
	}
	size := sizeOfParts(parts)
	switch {
	case len(parts) == 1 && head.Entries == 0 && len(head.Absorbed) == 0:
		err = t.remove(ctx, wildcard, b.segs)
	case len(b.segs) > max(t.cfg.Compact.Segments, len(parts)), float64(size) < worthShare*float64(b.bytes):
		newest := newestOf(b.segs)
		unchanged := func(before uint64) jet.Expected { return jet.Expected{Subject: wildcard, Seq: max(newest, before)} }
		if err = t.putParts(ctx, wildcard, parts, unchanged); err == nil {
			err = t.replaced(ctx, wildcard, size, b.segs)
		}
	default:
		return nil
	}
	if err == nil {
		t.removed("segments", len(b.segs))
		t.removed("expired_items", expired)
	}
	return ignoreConflict(err)
}

// ignoreConflict takes a conflict for no error: somebody wrote meanwhile, and a later sweep will look again.
func ignoreConflict(err error) error {
	if jet.Conflicted(err) {
		return nil
	}
	return err
}

func (t *tier) removed(what string, n int) {
	t.Tiers.met.gcRemoved.WithLabelValues(what).Add(float64(n))
}

// newestOf is the highest sequence of an owner's segments.
func newestOf(segs []page.Stored) uint64 {
	var seq uint64
	for _, s := range segs {
		seq = max(seq, s.Seq)
	}
	return seq
}

// expiredItems counts the items of a page that have expired.
func expiredItems(p page.Page, now int64) int {
	n := 0
	for i := range p.Len() {
		if e := p.Row(i).Expires; e != 0 && e <= now {
			n++
		}
	}
	return n
}
