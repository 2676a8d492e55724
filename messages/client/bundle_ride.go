package client

import (
	"context"
	"errors"
	"slices"
	"time"
)

// ending is how long a caller waits at most whose time is up, for the bundle whose time is up too.
const ending = 100 * time.Millisecond

// ride waits for what a call comes to that has a seat.
func (b *bundler) ride(ctx context.Context, s *seat) outcome {
	defer b.alight(s.in)
	select {
	case o := <-s.done:
		return o
	case <-ctx.Done():
	}
	if !b.vacate(s) {
		return b.late(ctx, s)
	}
	return outcome{err: b.c.timedOut(ctx, nil)}
}

// alight is told that a caller waits no more.
func (b *bundler) alight(n *bundle) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n.waiting--; n.waiting == 0 && n.abandon != nil {
		n.abandon()
	}
}

// vacate takes a call out whose caller has given up, if it has not been sent.
func (b *bundler) vacate(s *seat) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		return false
	}
	seats := len(b.next.seats)
	b.next.seats = slices.DeleteFunc(b.next.seats, func(other *seat) bool { return other == s })
	for place, left := range b.next.seats {
		left.place = place
	}
	return len(b.next.seats) < seats
}

// late is what a call comes to that was sent, and whose context has ended: what
// is there counts, as it does in wait. Where time is up, the bundle's is too, and
// it is about to say what it came to.
func (b *bundler) late(ctx context.Context, s *seat) outcome {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		timer := time.NewTimer(ending)
		defer timer.Stop()
		select {
		case o := <-s.done:
			return o
		case <-timer.C:
		}
	}
	select {
	case o := <-s.done:
		return o
	default:
		return outcome{err: b.c.timedOut(ctx, nil), sent: s.in.sentAs(s.place), late: true}
	}
}
