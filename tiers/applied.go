package tiers

import (
	"context"
	"errors"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// Applied tells whether the owner's log holds the segment of this name, or a
// merged one that has taken it in, and at which sequence it had been written.
// It asks the stream's leader. A merged segment remembers what it took in for
// as long as the ledger remembers a job.
//
// That there is none is true as of a revision that the caller has seen, or
// later: a leader that was cut off and has not come that far is not believed.
func (t *Tiers) Applied(ctx context.Context, o messages.Owner, name string, seen uint64) (seq uint64, done bool, err error) {
	x, err := t.tierOf(o)
	if err != nil {
		return 0, false, err
	}
	limited, cancel := jet.Within(ctx, t.cfg.Read.Deadline)
	defer cancel()
	wildcard, token := ownerSubject(x.root, o), messages.Escape(name)
	type answer struct {
		seq  uint64
		done bool
	}
	got, err := jet.Retry(limited, t.cfg.Read.Backoff, func() (answer, error) {
		seq, done, err := x.applied(limited, wildcard, token, seen)
		return answer{seq, done}, jet.PermanentIf(err, !passing(err))
	})
	if err != nil {
		return 0, false, x.unavailable(err)
	}
	return got.seq, got.done, nil
}

func (t *tier) applied(ctx context.Context, wildcard, token string, seen uint64) (uint64, bool, error) {
	ctx = t.onThisGround(ctx) // what is found may have to be removed
	done, err := t.reads.allow()
	if err != nil {
		return 0, false, err
	}
	have, err := t.stream.Last(ctx, segmentSubject(wildcard, token), t.cfg.Read.Attempt)
	if errors.Is(err, jet.ErrNone) {
		done(nil)
		return t.findAbsorbed(ctx, wildcard, token, seen)
	}
	done(err)
	if err != nil {
		return 0, false, err
	}
	if !page.IsSegment(have.Data) {
		return 0, false, t.clearName(ctx, wildcard, token, have)
	}
	if c, ok := conditionStored(have); ok {
		switch err := t.verify(ctx, wildcard, token, c); {
		case errors.Is(err, errOvertaken): // perhaps by its own first try, which is merged by now
			return t.findAbsorbed(ctx, wildcard, token, seen)
		case err != nil:
			return 0, false, err
		}
	}
	return have.Seq, true, nil
}

// findAbsorbed looks through the owner's log for a segment that has taken in
// the one of this name, as it was at a sequence or later.
func (t *tier) findAbsorbed(ctx context.Context, wildcard, token string, seen uint64) (uint64, bool, error) {
	mayLag := t.lead.several()
	b, err := t.load(ctx, wildcard)
	if err != nil {
		return 0, false, err
	}
	if mayLag && b.upTo < seen {
		return 0, false, errBehind
	}
	return b.find(token)
}

// find looks for a segment of this name, or a merged one that has taken it in.
func (b *batch) find(token string) (seq uint64, found bool, err error) {
	for _, s := range b.segs {
		if s.Name == token && !b.isVoid(s.Seq) {
			return s.Seq, true, nil
		}
		a, found, err := page.FindAbsorbed(s.Data, token)
		if err != nil {
			return 0, false, &page.SegmentError{Seq: s.Seq, Err: err}
		}
		if found {
			return a.Seq, true, nil
		}
	}
	return 0, false, nil
}
