package jet

import (
	"context"
	"errors"
	"time"
)

// Waits are bounded by contexts and timers, which go by the process's own
// clock. So do the moments here, and nothing else: what is stored or compared
// with what is stored goes by the injected clock.

// After is the moment that comes d from now.
func After(d time.Duration) time.Time { return time.Now().Add(d) }

// Within bounds work in time. When that time is up it is the server that was too
// slow, ErrTimeout, and not the caller who left: see CauseOf.
func Within(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, most, ErrTimeout)
}

// CauseOf says whose end ended what returned err: the caller's, or that of Within.
func CauseOf(ctx context.Context, err error) error {
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return err
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}
