package tiers

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
)

// A merge is made of what was read of a log, and removes messages by their
// sequences. A server that comes back may have lost its newest messages, and
// have given their sequences to others: see losttail.go. To write the merge
// there would bring back what was lost over what has come since, and to remove
// its sources would take others' messages. So a merge ends with the connection
// that its log was read on; what it leaves undone a later one does.

// errMoved means that the connection was lost, and that there is another one.
var errMoved = fmt.Errorf("the connection is another than the log was read on: %w", nats.ErrDisconnected)

// connection is the key of how often a connection had been lost.
type connection struct{}

// onThisConnection gives the context of work that must not go on on another
// connection. What is a part of such work is bound to where all of it began.
func (t *Tiers) onThisConnection(ctx context.Context) context.Context {
	if ctx.Value(connection{}) != nil {
		return ctx
	}
	return context.WithValue(ctx, connection{}, t.nc.Stats().Reconnects)
}

// moved is errMoved, for good, if such work is on another connection by now.
func (t *Tiers) moved(ctx context.Context) error {
	if began, bound := ctx.Value(connection{}).(uint64); bound && began != t.nc.Stats().Reconnects {
		return jet.Permanent(errMoved)
	}
	return nil
}
