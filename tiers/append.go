package tiers

import (
	"bytes"
	"context"
	"errors"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// Append adds one segment to the owner's log and gives its stream sequence,
// which is the revision of what it changes. Name is the id of the request: the
// same name with the same bytes again is the same segment, so Append may be
// repeated after any error, and repeats by itself while the outcome of a
// publish is unknown, until ctx ends or Write.Deadline.
//
// CodeConflict: the condition does not hold, or the name holds other bytes.
// CodeTooLarge: the segment is more than the server takes in one message.
// CodeUnavailable, CodeDeadline: nothing is known to have happened.
func (t *Tiers) Append(ctx context.Context, o messages.Owner, name string, segment []byte, c page.Condition) (uint64, error) {
	x, err := t.tierOf(o)
	if err != nil {
		return 0, err
	}
	if name == "" {
		return 0, messages.Errorf(messages.CodeBadRequest, "a segment needs a name: give the request's id")
	}
	limited, cancel := within(ctx, t.cfg.Write.Deadline)
	if _, has := ctx.Deadline(); has {
		limited = ctx
	}
	defer cancel()
	began := t.clock()
	a := appending{tier: x, wildcard: ownerSubject(x.root, o), name: messages.Escape(name), data: segment, cond: c}
	seq, err := retry(limited, t.cfg.Write.Backoff, func() (uint64, error) { return a.try(limited) })
	x.met.write(outcomeOf(err), t.clock().Sub(began))
	if err != nil {
		return 0, x.appendError(err)
	}
	t.wrote(a.wildcard)
	return seq, nil
}

// An appending is one Append and what is known of its attempts.
type appending struct {
	tier     *tier
	wildcard string
	name     string // escaped
	data     []byte
	cond     page.Condition
	unclear  bool // an attempt's outcome is unknown
}

// errExists means that the condition of an append did not hold for good.
var errExists = errors.New("the condition of the append does not hold")

func (a *appending) try(ctx context.Context) (uint64, error) {
	x := a.tier
	done, err := x.writes.allow()
	if err != nil {
		return 0, permanentIf(err, true)
	}
	msg := &nats.Msg{Subject: segmentSubject(a.wildcard, a.name), Data: a.data}
	seq, err := x.publish(ctx, msg, a.expects(), 0)
	done(err)
	switch {
	case err == nil:
		return a.stored(ctx, seq)
	case conflicted(err):
		return a.resolve(ctx, err)
	case transient(err), errors.Is(err, errTimeout):
		a.unclear = true
		return 0, permanentIf(err, full(err))
	default:
		return 0, permanentIf(err, true)
	}
}

// expects is the condition in JetStream's terms.
func (a *appending) expects() expected {
	if a.cond.Unchanged {
		return expected{subject: a.wildcard, seq: a.cond.LastSegment}
	}
	return expected{}
}

// stored makes sure that a segment which the server took also counts.
func (a *appending) stored(ctx context.Context, seq uint64) (uint64, error) {
	if !a.cond.Unchanged {
		return seq, nil
	}
	return a.verified(ctx, conditional{seq: seq, after: a.cond.LastSegment})
}

func (a *appending) verified(ctx context.Context, c conditional) (uint64, error) {
	err := a.tier.verify(ctx, a.wildcard, a.name, c)
	switch {
	case err == nil:
		return c.seq, nil
	case errors.Is(err, errOvertaken):
		return 0, permanentIf(errExists, true)
	default:
		a.unclear = true
		return 0, permanentIf(err, !transient(err) && !errors.Is(err, errTimeout))
	}
}

// resolve finds out why a publish conflicted: because an earlier attempt was
// stored after all, which is success, or because somebody else was first.
func (a *appending) resolve(ctx context.Context, conflict error) (uint64, error) {
	x := a.tier
	have, err := x.leaderLast(ctx, x.stream, segmentSubject(a.wildcard, a.name), x.cfg.Read.Attempt)
	switch {
	case err == nil:
		return a.judge(ctx, have)
	case !errors.Is(err, errNone):
		return 0, permanentIf(err, callerLeft(err))
	case apiCode(conflict) == errSequenceBusy:
		return 0, conflict // another publish is on its way, perhaps our own: look again
	}
	return a.absorbed(ctx)
}

// judge compares the segment that has this name with the one to be appended.
func (a *appending) judge(ctx context.Context, have leaderReply) (uint64, error) {
	seq := have.Message.Seq
	if c, ok := have.condition(); ok {
		var err error
		if seq, err = a.verified(ctx, c); err != nil {
			return 0, err
		}
	}
	if !bytes.Equal(have.Message.Data, a.data) {
		return 0, permanentIf(errExists, true)
	}
	return seq, nil
}

// absorbed looks whether compaction has taken the segment in since.
func (a *appending) absorbed(ctx context.Context) (uint64, error) {
	if a.cond.Unchanged && !a.unclear {
		return 0, permanentIf(errExists, true)
	}
	seq, found, err := a.tier.findAbsorbed(ctx, a.wildcard, a.name)
	if err != nil {
		return 0, permanentIf(err, !transient(err) && !errors.Is(err, errTimeout))
	}
	if found {
		return seq, nil
	}
	// Without a condition the name was taken and is free again: once more.
	return 0, permanentIf(errExists, a.cond.Unchanged)
}

// appendError is what the caller of Append sees.
func (t *tier) appendError(err error) error {
	switch {
	case errors.Is(err, errExists):
		return messages.Caused(messages.CodeConflict, err, "the "+t.holds()+" changed meanwhile: read again, and decide again")
	case tooLarge(err):
		return messages.Caused(messages.CodeTooLarge, err, "the request's items are together too large to be stored at once: send them in smaller batches")
	default:
		return t.unavailable(err)
	}
}

func (t *tier) holds() string {
	if t.label == "l2" {
		return "session"
	}
	return "user's items"
}
