package tiers

import (
	"bytes"
	"context"
	"errors"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// Append adds one segment to the owner's log and gives its stream sequence,
// which is the revision of what it changes. Name is that of the request: the
// same name with the same bytes again is the same segment, so Append may be
// repeated after any error, and repeats by itself while the outcome of a
// publish is unknown, until ctx ends or Write.Deadline.
//
// CodeConflict: the condition does not hold, or the name holds other bytes.
// CodeTooLarge: the segment is more than the server takes in one message.
// CodeUnavailable, CodeDeadline: nothing is known to have happened. The former is
// also what an item is told for which the bucket has no room: see space.go.
func (t *Tiers) Append(ctx context.Context, o messages.Owner, name string, segment []byte, c page.Condition) (uint64, error) {
	x, err := t.tierOf(o)
	if err != nil {
		return 0, err
	}
	if name == "" {
		return 0, messages.Errorf(messages.CodeBadRequest, "a segment needs a name: give the request's")
	}
	a := appending{tier: x, wildcard: ownerSubject(x.root, o), name: messages.Escape(name), data: segment, cond: c}
	seq, err := a.run(ctx)
	if err != nil {
		return 0, x.appendError(err)
	}
	t.wrote(a.wildcard, len(segment))
	return seq, nil
}

// An appending is one Append and what is known of its attempts.
type appending struct {
	tier     *tier
	wildcard string
	name     string // escaped
	data     []byte
	cond     page.Condition
	tried    bool // an attempt was made before
	unclear  bool // an attempt's outcome is unknown
}

// errExists means that the condition of an append did not hold for good.
var errExists = errors.New("the condition of the append does not hold")

// run tries until the segment is written, or it is known that it will not be.
func (a *appending) run(ctx context.Context) (uint64, error) {
	x := a.tier
	limited, cancel := jet.Within(ctx, x.cfg.Write.Deadline)
	if _, has := ctx.Deadline(); has {
		limited = ctx
	}
	defer cancel()
	began := x.clock()
	seq, err := a.within(limited)
	x.met.write(outcomeOf(err), x.clock().Sub(began))
	return seq, err
}

// within tries while the bucket has room for the segment.
func (a *appending) within(ctx context.Context) (uint64, error) {
	x := a.tier
	bytes, err := x.occupy(ctx, len(a.wildcard)+len(a.name), a.data)
	if err != nil {
		return 0, err
	}
	defer x.space.vacate(bytes)
	return jet.Retry(ctx, x.cfg.Write.Backoff, func() (uint64, error) { return a.try(ctx) })
}

func (a *appending) try(ctx context.Context) (uint64, error) {
	cond := a.cond
	if a.tried && !cond.Unchanged {
		seq, last, err := a.lookAgain(ctx)
		if err != nil || seq > 0 {
			return seq, err
		}
		cond = page.Condition{Unchanged: true, LastSegment: last, Again: true}
	}
	a.tried = true
	return a.publish(ctx, cond)
}

// lookAgain looks for what an earlier attempt without a condition may have
// stored. A merge may have taken it in and freed its name, so the name alone
// does not keep it from being stored a second time, over what was written
// since. If it is not there, the next attempt holds only if nothing has come
// after last, the owner's newest segment.
func (a *appending) lookAgain(ctx context.Context) (seq, last uint64, err error) {
	done, err := a.tier.writes.allow() // a look is part of the write: a tier that is gone must not be waited for
	if err != nil {
		return 0, 0, jet.Permanent(err)
	}
	b, err := a.tier.loadSound(ctx, a.wildcard)
	done(err)
	if err != nil {
		return 0, 0, jet.PermanentIf(err, !passing(err))
	}
	seq, found, err := b.find(a.name)
	if err != nil {
		return 0, 0, jet.Permanent(err)
	}
	for _, s := range b.segs {
		last = max(last, s.Seq)
		if found && s.Name == a.name && !bytes.Equal(s.Data, a.data) {
			return 0, 0, jet.Permanent(errExists)
		}
	}
	return seq, last, nil
}

func (a *appending) publish(ctx context.Context, cond page.Condition) (uint64, error) {
	x := a.tier
	done, err := x.writes.allow()
	if err != nil {
		return 0, jet.Permanent(err)
	}
	msg := &nats.Msg{Subject: segmentSubject(a.wildcard, a.name), Data: a.data}
	var expects jet.Expected
	if cond.Unchanged {
		expects = jet.Expected{Subject: a.wildcard, Seq: cond.LastSegment}
		if cond.Again {
			expects.Mark = againHeader
		}
	}
	seq, err := x.mux.Publish(ctx, msg, expects, 0, x.cfg.Write.Attempt)
	done(err)
	asked := cond == a.cond // by the caller: if it does not hold, that is final
	switch {
	case err == nil && !cond.Unchanged:
		return seq, nil
	case err == nil: // the server took it: see that it counts
		return seq, a.verify(ctx, conditional{seq: seq, after: cond.LastSegment}, asked)
	case jet.Conflicted(err) && asked:
		return a.resolve(ctx, err)
	case jet.Conflicted(err): // something came in between: look again
		return 0, err
	case jet.Unanswered(err):
		a.unclear = true
		return 0, jet.PermanentIf(err, jet.Full(err))
	default:
		return 0, jet.Permanent(err)
	}
}

// verify makes sure of a segment that was stored under a condition. What cannot
// be made sure of is not known to be written, nor not to be. That it was
// overtaken is errExists, which may be final.
func (a *appending) verify(ctx context.Context, c conditional, final bool) error {
	err := a.tier.verify(ctx, a.wildcard, a.name, c)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errOvertaken):
		return jet.PermanentIf(errExists, final)
	}
	a.unclear = true
	return jet.PermanentIf(err, !passing(err))
}

// resolve finds out why a publish conflicted: because an earlier attempt was
// stored after all, which is success, or because somebody else was first.
func (a *appending) resolve(ctx context.Context, conflict error) (uint64, error) {
	x := a.tier
	have, err := x.stream.Last(ctx, segmentSubject(a.wildcard, a.name), x.cfg.Read.Attempt)
	switch {
	case err == nil:
		return a.judge(ctx, have)
	case !errors.Is(err, jet.ErrNone):
		return 0, jet.PermanentIf(err, callerLeft(err))
	case jet.Contended(conflict):
		return 0, conflict // another publish is on its way, perhaps our own: look again
	}
	return a.absorbed(ctx)
}

// judge compares the segment that has this name with the one to be appended.
func (a *appending) judge(ctx context.Context, have *jet.Message) (uint64, error) {
	if c, ok := conditionStored(have); ok {
		if err := a.verify(ctx, c, true); err != nil {
			return 0, err
		}
	}
	if !bytes.Equal(have.Data, a.data) {
		return 0, jet.Permanent(errExists)
	}
	return have.Seq, nil
}

// absorbed looks whether compaction has taken the segment in since.
func (a *appending) absorbed(ctx context.Context) (uint64, error) {
	if a.cond.Unchanged && !a.unclear {
		return 0, jet.Permanent(errExists)
	}
	seq, found, err := a.tier.findAbsorbed(ctx, a.wildcard, a.name, a.cond.LastSegment)
	if err != nil {
		return 0, jet.PermanentIf(err, !passing(err))
	}
	if found {
		return seq, nil
	}
	// Without a condition the name was taken and is free again: once more.
	return 0, jet.PermanentIf(errExists, a.cond.Unchanged)
}

// appendError is what the caller of Append sees.
func (t *tier) appendError(err error) error {
	switch {
	case errors.Is(err, errExists):
		return messages.Caused(messages.CodeConflict, err, "the "+t.holds+" changed meanwhile: read again, and decide again")
	case jet.TooLarge(err):
		return messages.Caused(messages.CodeTooLarge, err, "the request's items are together too large to be stored at once: send them in smaller batches")
	default:
		return t.unavailable(err)
	}
}
