package tiers

import (
	"context"
	"errors"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// Messages are removed one by one, by their sequences, and many at a time. A
// purge by subject would be one request for an owner, but the server looks for
// what matches in every block from the owner's first message to its last, with
// the stream locked: with 50,000 messages of others in between that took 2 ms,
// and half of what a server did for stores was purging for compaction
// (nats-server 2.15.2). A removal by sequence costs the same in any stream.

// eraseBatch is how many removals are on their way at once.
const eraseBatch = 64

// remove removes segments, and nothing that is newer. The oldest goes first
// and by itself: its being there is the condition of a merge.
func (t *tier) remove(ctx context.Context, wildcard string, segs []page.Stored) error {
	if len(segs) == 0 {
		return nil
	}
	seqs := make([]uint64, 0, len(segs))
	for _, s := range segs[1:] {
		seqs = append(seqs, s.Seq)
	}
	err := t.erase(ctx, segs[0].Seq)
	if err == nil {
		err = t.erase(ctx, seqs...)
	}
	if errors.Is(err, jet.ErrDenied) {
		return t.purgeEach(ctx, wildcard, segs)
	}
	return err
}

// erase removes messages by their sequences. One that is gone already is no error.
func (t *tier) erase(ctx context.Context, seqs ...uint64) error {
	for len(seqs) > 0 {
		batch := seqs[:min(eraseBatch, len(seqs))]
		if err := t.retryWrite(ctx, func() error { return t.eraseAtOnce(ctx, batch) }); err != nil {
			return err
		}
		seqs = seqs[len(batch):]
	}
	return nil
}

// eraseAtOnce asks for all removals, and for the answer to the last. To answer
// costs the server as much as to remove: without it a store takes 0.93 of the
// time, compaction included. A removal that is lost leaves a segment that a merge
// has taken in, which changes nothing, and a later merge takes it in again.
func (t *tier) eraseAtOnce(ctx context.Context, seqs []uint64) error {
	if err := t.moved(ctx); err != nil {
		return err
	}
	return t.stream.Remove(ctx, seqs, t.cfg.Write.Attempt)
}

// purgeEach removes segments of a bucket that an earlier version made, by their
// exact subjects and no further than their own sequences.
func (t *tier) purgeEach(ctx context.Context, wildcard string, segs []page.Stored) error {
	for _, s := range segs {
		err := t.retryWrite(ctx, func() error { return t.stream.Purge(ctx, segmentSubject(wildcard, s.Name), s.Seq, t.cfg.Write.Attempt) })
		if err != nil {
			return err
		}
	}
	return nil
}

// retryWrite repeats what has no result, as often as writes are tried, while it
// is not answered.
func (t *Tiers) retryWrite(ctx context.Context, op func() error) error {
	_, err := jet.Retry(ctx, t.cfg.Write.Backoff, func() (struct{}, error) {
		err := op()
		return struct{}{}, jet.PermanentIf(err, !jet.Unanswered(err))
	})
	return err
}
