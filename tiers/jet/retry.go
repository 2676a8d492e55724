package jet

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Backoff is how long is waited between attempts: exponential, doubling, and
// varied by ±25 %.
type Backoff struct {
	Initial time.Duration // before the second attempt; at least 1 ms
	Max     time.Duration // default and most 30 s
}

// maxBackoff is the longest wait between two attempts, whatever is configured.
// Jitter goes a quarter above the interval, so the interval stays below.
const maxBackoff = 30 * time.Second

// Waits gives a func that gives one wait after the other, for who repeats
// something by himself.
func (b Backoff) Waits() (next func() time.Duration) { return b.policy().NextBackOff }

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

// Retry repeats op until it succeeds, fails with a Permanent error, or ctx ends.
// The last error of op is returned, so that a caller sees the cause and not the clock.
func Retry[T any](ctx context.Context, b Backoff, op func() (T, error)) (T, error) {
	got, err := op() // nearly always enough, and then no policy is needed
	if err == nil {
		return got, nil
	}
	return retryFailed(ctx, b, got, err, op)
}

// retryFailed is Retry once op has failed for the first time.
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

// Permanent marks err, if there is one, as one that Retry does not cure.
func Permanent(err error) error { return backoff.Permanent(err) }

// PermanentIf is Permanent where a condition holds, and err itself where not.
func PermanentIf(err error, cond bool) error {
	if cond {
		return Permanent(err)
	}
	return err
}

// Pause waits d, or until ctx ends: then it returns false.
func Pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Jitter varies an interval by ±25 %, so that workers do not act in step.
func Jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.75 + rand.Float64()/2))
}
