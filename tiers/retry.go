package tiers

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// maxBackoff is the longest wait between two attempts, whatever is configured.
// Jitter goes a quarter above the interval, so the interval stays below.
const maxBackoff = 30 * time.Second

// policy makes a fresh exponential back-off with ±25 % jitter.
func (b Backoff) policy() *backoff.ExponentialBackOff {
	most := b.Max
	if most <= 0 || most > maxBackoff {
		most = maxBackoff
	}
	return &backoff.ExponentialBackOff{
		InitialInterval:     max(b.Initial, time.Millisecond),
		RandomizationFactor: 0.25,
		Multiplier:          2,
		MaxInterval:         most * 4 / 5, // and a quarter more is most
	}
}

// retry repeats op until it succeeds, fails permanently, or ctx ends. The last
// error of op is returned, so that a caller sees the cause and not the clock.
func retry[T any](ctx context.Context, b Backoff, op func() (T, error)) (T, error) {
	got, err := op() // nearly always enough, and then no policy is needed
	if err == nil {
		return got, nil
	}
	return retryFailed(ctx, b, got, err, op)
}

// retryFailed is retry once op has failed for the first time.
func retryFailed[T any](ctx context.Context, b Backoff, first T, failed error, op func() (T, error)) (T, error) {
	last, known := failed, false
	got, err := backoff.Retry(ctx, func() (T, error) {
		if !known {
			known = true
			return first, failed
		}
		v, err := op()
		last = err
		return v, err
	}, backoff.WithBackOff(b.policy()), backoff.WithMaxElapsedTime(0))
	if err != nil && last != nil && ctx.Err() != nil {
		err = unwrapPermanent(last)
	}
	return got, err
}

func unwrapPermanent(err error) error {
	var p *backoff.PermanentError
	if errors.As(err, &p) {
		return p.Unwrap()
	}
	return err
}

// permanent marks err, if there is one, as one that retrying does not cure.
func permanent(err error) error { return backoff.Permanent(err) }

func permanentIf(err error, cond bool) error {
	if cond {
		return permanent(err)
	}
	return err
}

// retryWrite repeats what has no result, as often as writes are tried, while it
// is not answered.
func (t *Tiers) retryWrite(ctx context.Context, op func() error) error {
	_, err := retry(ctx, t.cfg.Write.Backoff, func() (struct{}, error) {
		err := op()
		return struct{}{}, permanentIf(err, !unanswered(err))
	})
	return err
}

// pause waits d, or until ctx ends: then it returns false.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// jitter varies an interval by ±25 %, so that workers do not act in step.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.75 + rand.Float64()/2))
}
