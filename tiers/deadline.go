package tiers

import (
	"context"
	"errors"
	"time"
)

// Waits are bounded by contexts and timers, which go by the process's own
// clock. So do the moments here, and nothing else: what is stored or compared
// with what is stored goes by the injected clock.

// after is the moment that comes d from now.
func after(d time.Duration) time.Time { return time.Now().Add(d) }

// within bounds work in time. When that time is up it is the tier that was too
// slow, errTimeout, and not the caller who left: see causeOf.
func within(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, most, errTimeout)
}

// causeOf says whose end ended what returned err: the caller's, or that of within.
func causeOf(ctx context.Context, err error) error {
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return err
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}
