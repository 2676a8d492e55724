package tiers

import (
	"context"
	"errors"
	"time"

	"github.com/context-manager/context-manager/tiers/jet"
)

// load reads an owner's whole log, as new as the leader knows it to be, with
// overtaken segments emptied.
func (t *tier) load(ctx context.Context, wildcard string) (batch, error) {
	b, err := t.loadNewest(ctx, wildcard)
	if err == nil {
		_, err = b.settle(0, 0)
	}
	return b, err
}

func (t *tier) loadNewest(ctx context.Context, wildcard string) (batch, error) {
	if !t.lead.several() {
		return t.loadAny(ctx, wildcard)
	}
	newest, err := t.refresh(ctx)
	if err != nil {
		return batch{}, err
	}
	b, err := t.loadAny(ctx, wildcard)
	if err == nil && !b.none && b.upTo >= newest {
		return b, nil
	}
	if b, err = t.leaderBatch(ctx, wildcard); err == nil && b.upTo < newest {
		err = errBehind
	}
	return b, err
}

// loadAny reads an owner's whole log from whichever replica answers.
func (t *tier) loadAny(ctx context.Context, wildcard string) (batch, error) {
	return t.loadFrom(ctx, wildcard, 0)
}

// loadFrom is loadAny of what has come from a sequence on.
func (t *tier) loadFrom(ctx context.Context, wildcard string, from uint64) (batch, error) {
	b, err := t.ask(ctx, wildcard, from, 0, t.cfg.Read.Attempt)
	tooMany := errors.Is(err, jet.ErrTooMany)
	if err == nil && b.more == 0 || err != nil && !tooMany {
		return b, err
	}
	if err := awaitTurn(ctx); err != nil {
		return batch{}, err
	}
	if tooMany {
		return t.walk(ctx, wildcard, from)
	}
	return t.rest(ctx, wildcard, b, t.cfg.Read.Attempt)
}

// ask sends one direct get of an owner's segments from a sequence on, and as
// they were up to another, 0 for any, and waits for its answer.
func (t *tier) ask(ctx context.Context, wildcard string, from, upTo uint64, atMost time.Duration) (batch, error) {
	c, err := t.direct.Ask(wildcard, from, upTo)
	if err != nil {
		return batch{}, err
	}
	defer c.Release()
	return t.answer(ctx, c, wildcard, atMost)
}

// answer waits for the answer to a direct get, and reads it.
func (t *tier) answer(ctx context.Context, c *jet.Call, wildcard string, atMost time.Duration) (batch, error) {
	replies, err := c.Wait(ctx, atMost)
	if err != nil {
		return batch{}, err
	}
	if err := t.originates(replies); err != nil {
		return batch{}, err
	}
	b, err := parseBatch(wildcard, replies)
	if err == nil && !b.none {
		err = c.Whole()
	}
	if errors.Is(err, errStray) {
		t.log.Error().Str("tier", t.label).Msg("an answer held what is another owner's, and was not used: report this")
	}
	t.noteForeign(b)
	return b, err
}

// rest completes a batch that did not fit in one answer: the later segments as
// they were at the sequence of the first. If compaction moved some of them
// meanwhile, their number is short, and the read starts over.
func (t *tier) rest(ctx context.Context, wildcard string, b batch, atMost time.Duration) (batch, error) {
	for b.more > 0 {
		next, err := t.ask(ctx, wildcard, b.segs[len(b.segs)-1].Seq+1, b.upTo, atMost)
		if err != nil {
			return batch{}, lengthy(err)
		}
		if next.none || uint64(len(next.segs))+next.more != b.more || len(next.segs) == 0 {
			return batch{}, jet.ErrChanging
		}
		b.add(next)
		b.more = next.more
	}
	return b, nil
}

// walk reads an owner with more segments than multi_last allows, by a walk
// through the stream: slower, so the owner is given to compaction.
func (t *tier) walk(ctx context.Context, wildcard string, from uint64) (batch, error) {
	t.met.walks.Inc()
	t.urge(wildcard)
	b := batch{upTo: max(1, from) - 1}
	for next := from; ; {
		part, err := t.askWalk(ctx, wildcard, next)
		if jet.NothingNext(err) && from > 0 && next == from {
			return b, nil // nothing is newer
		}
		if jet.NothingNext(err) { // there was more, the server said, or it would not have come to a walk
			err = jet.ErrChanging
		}
		if err != nil {
			return batch{}, err
		}
		b.add(part)
		if len(b.segs) > 0 {
			b.upTo = b.segs[len(b.segs)-1].Seq
		}
		if part.more == 0 || len(part.segs) == 0 {
			return b, nil
		}
		next = b.upTo + 1
	}
}

// askWalk is ask for a walk from a sequence on.
func (t *tier) askWalk(ctx context.Context, wildcard string, from uint64) (batch, error) {
	c, err := t.direct.Walk(wildcard, from)
	if err != nil {
		return batch{}, err
	}
	defer c.Release()
	return t.answer(ctx, c, wildcard, t.cfg.Read.Deadline)
}
