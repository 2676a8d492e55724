package worker

import (
	"context"
	"fmt"
	"time"
)

// jitter is the share by which a delay is varied at random, so that jobs that
// failed together do not come back together.
const jitter = 0.25

// delays are the waits between the deliveries of a job that fails in passing.
type delays struct {
	base, limit time.Duration
	random      func() float64 // in [0, 1)
}

// after is the wait after the given delivery, counted from one: it doubles
// with each, varies by ±25 %, and never exceeds the limit.
func (d delays) after(delivery uint64) time.Duration {
	wait := d.base
	for ; delivery > 1 && wait < d.limit; delivery-- {
		wait *= 2
	}
	return d.vary(min(wait, d.limit))
}

// most is how many waits, each after a delivery, can have passed in an age.
func (d delays) most(age time.Duration) uint64 {
	n := uint64(1)
	for wait := d.base; wait < d.limit; wait *= 2 {
		n++
	}
	shortest := time.Duration(float64(d.limit) * (1 - jitter))
	return n + uint64(max(age, 0)/shortest)
}

// vary spreads a wait by ±25 % below the limit.
func (d delays) vary(wait time.Duration) time.Duration {
	varied := float64(wait) * (1 - jitter + 2*jitter*d.random())
	return min(time.Duration(varied), d.limit)
}

// sleep waits, or returns ctx's error if that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stopped waiting: %w", ctx.Err())
	}
}

// changePause waits between two tries of a change: 2 ms, doubling to at most
// 100 ms, and varied, so that writers of one owner do not keep in step.
func changePause(random func() float64) func(ctx context.Context, attempt int) error {
	between := delays{base: 2 * time.Millisecond, limit: 100 * time.Millisecond, random: random}
	return func(ctx context.Context, attempt int) error { return sleep(ctx, between.after(uint64(attempt)+1)) }
}
