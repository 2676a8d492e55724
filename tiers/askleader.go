package tiers

import (
	"context"
	"errors"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"

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
	info, err := t.info(ctx, []byte(`{"subjects_filter":"`+wildcard+`"}`))
	if err != nil {
		return batch{}, err
	}
	return b.asOf(&info.State, info.Total)
}

// asOf makes a batch complete up to a state of the stream, if it has all
// segments that there were, and none that is newer.
func (b batch) asOf(state *jetstream.StreamState, subjects int) (batch, error) {
	if subjects > len(state.Subjects) {
		return batch{}, errTooMany
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
			return batch{}, errChanging
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
		body := append([]byte(`{"next_by_subj":"`), wildcard...)
		body = append(strconv.AppendUint(append(body, `","seq":`...), next, 10), '}')
		r, err := t.leaderGet(ctx, t.stream, body, t.cfg.Read.Attempt)
		if errors.Is(err, errNone) {
			return b, nil
		}
		if err != nil && len(b.segs) > 0 {
			err = lengthy(err)
		}
		if err != nil {
			return batch{}, err
		}
		if !isUnder(wildcard, r.Message.Subject) {
			return batch{}, errStray
		}
		b.take(page.Stored{Name: segmentName(r.Message.Subject), Seq: r.Message.Seq, Data: r.Message.Data})
		b.read(r.Message.Seq, r.Message.Subject, r.header())
		next = r.Message.Seq + 1
	}
}
