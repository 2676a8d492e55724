package tiers

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
)

// A merge is made of what was read of a log, and removes messages by their
// sequences. Servers that come back may have lost their newest messages, and
// have given their sequences to others: see losttail.go. To write the merge
// there would bring back what was lost over what has come since, and to remove
// its sources would take others' messages. So a merge ends with the connection
// that its log was read on, and with the leader that the stream had; what it
// leaves undone a later one does.
//
// The connection does not tell where this worker's own server lives on. That
// the stream was given a leader since is noticed by who asks for that: a probe,
// while there are answers, and else the merge itself, before its next step. To
// choose a leader takes longer than an answer is trusted here.

// errMoved means that what was read is not what is there any more.
var errMoved = fmt.Errorf("the connection or the stream's leader is another than the log was read of: %w", nats.ErrDisconnected)

// ground is the key of the ground on which work began.
type ground struct{}

// ground is another number each time that what was read of the stream before
// may not be what it holds: its connection was lost, or its tail may be.
func (t *tier) ground() uint64 { return t.nc.Stats().Reconnects + t.tail.doubted.Load() }

// onThisGround gives the context of work that must not go on on another ground.
// What is a part of such work is bound to where all of it began.
func (t *tier) onThisGround(ctx context.Context) context.Context {
	if ctx.Value(ground{}) != nil {
		return ctx
	}
	return context.WithValue(ctx, ground{}, t.ground())
}

// moved is errMoved, for good, if such work is on another ground by now.
func (t *tier) moved(ctx context.Context) error {
	began, bound := ctx.Value(ground{}).(uint64)
	if !bound {
		return nil
	}
	if t.lead.replicated.Load() && t.sinceContact(t.clock()) > 2*t.cfg.Read.Probe {
		if _, err := t.refresh(ctx); err != nil {
			return jet.PermanentIf(err, !jet.Unanswered(err))
		}
	}
	if began != t.ground() {
		return jet.Permanent(errMoved)
	}
	return nil
}
