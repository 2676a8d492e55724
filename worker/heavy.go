package worker

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/context-manager/context-manager/messages"
)

// A request is there several times while it is carried out: as it came, decoded
// where its texts have escapes, as a segment, and on its way out. What both lanes
// admit at once is bounded by bodies as they came, so heavies bounds how much of
// the large ones is carried out at once, on both lanes together: one of the
// largest, or several that come to as much. The rest wait as they came. Small
// ones pass by.
type heavies struct {
	bytes      *semaphore.Weighted
	retryAfter time.Duration
}

const (
	heavyBytes  = 256 << 10 // a body of this size is large
	heavyAtOnce = int64(messages.MaxMessageBytes)
)

func newHeavies(retryAfter time.Duration) *heavies {
	return &heavies{bytes: semaphore.NewWeighted(heavyAtOnce), retryAfter: retryAfter}
}

// enter waits for the turn of a request with a body of n bytes. An ask waits for
// half of the time that it has, so that it is answered if its turn does not come.
func (h *heavies) enter(ctx context.Context, lane messages.Lane, n int) (leave func(), err error) {
	if n < heavyBytes {
		return func() {}, nil
	}
	if deadline, ok := ctx.Deadline(); ok && lane == messages.LaneAsk {
		limited, cancel := context.WithTimeout(ctx, time.Until(deadline)/2)
		defer cancel()
		ctx = limited
	}
	weight := min(int64(n), heavyAtOnce)
	if err := h.bytes.Acquire(ctx, weight); err != nil {
		return nil, messages.Caused(messages.CodeOverloaded, err,
			"this worker is busy with other large requests: try again, or send fewer items in each").After(h.retryAfter)
	}
	return func() { h.bytes.Release(weight) }, nil
}
