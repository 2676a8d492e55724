package tiers

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// leaderBatch reads all of an owner's segments, one by one, of the leader.
//
// Any of the answers may be a leader's that was cut off. What it gives is
// there, but that there is no more proves nothing. So in the end the leader is
// asked which segments there are: one answer, which also says as of when.
func (t *tier) leaderBatch(ctx context.Context, wildcard string) (batch, error) {
	b, err := t.leaderWalk(ctx, wildcard, 0)
	if err != nil {
		return batch{}, err
	}
	info, err := t.info(ctx, wildcard)
	if err != nil {
		return batch{}, err
	}
	return b.asOf(&info.State, info.Total)
}

// asOf makes a batch complete up to a state of the stream, if it has all
// segments that there were, and none that is newer.
func (b batch) asOf(state *jetstream.StreamState, subjects int) (batch, error) {
	if subjects > len(state.Subjects) {
		return batch{}, jet.ErrTooMany
	}
	names := make(map[string]bool, len(b.segs))
	for _, s := range b.segs {
		names[s.Name] = true
		if s.Seq > state.LastSeq {
			return batch{}, errBehind
		}
	}
	for subject := range state.Subjects {
		if !names[segmentName(subject)] {
			return batch{}, jet.ErrChanging
		}
	}
	b.upTo, b.none = state.LastSeq, len(b.segs) == 0
	return b, nil
}

// leaderWalk reads an owner's segments from a sequence on, one by one, of the
// leader. Compaction during the walk moves entries to segments further on,
// which the walk still meets, so nothing is missed before the last that it found.
func (t *tier) leaderWalk(ctx context.Context, wildcard string, from uint64) (batch, error) {
	var b batch
	for next := max(1, from); ; {
		m, err := t.stream.Next(ctx, wildcard, next, t.cfg.Read.Attempt)
		if errors.Is(err, jet.ErrNone) {
			return b, nil
		}
		if err != nil && len(b.segs) > 0 {
			err = lengthy(err)
		}
		if err != nil {
			return batch{}, err
		}
		if !jet.Under(wildcard, m.Subject) {
			return batch{}, errStray
		}
		b.take(page.Stored{Name: segmentName(m.Subject), Seq: m.Seq, Data: m.Data})
		b.read(m.Seq, m.Subject, m.Header())
		next = m.Seq + 1
	}
}
