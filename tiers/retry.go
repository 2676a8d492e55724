package tiers

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
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

// JetStream's error codes that nats.go has no name for.
const (
	errWrongLastSequence jetstream.ErrorCode = 10071
	errSequenceBusy      jetstream.ErrorCode = 10164 // another publish with the same condition is on its way
	errMessageTooLarge   jetstream.ErrorCode = 10054
	errStoreFailed       jetstream.ErrorCode = 10077 // the stream's byte limit, or the disk
	errNoResources       jetstream.ErrorCode = 10023
	errNoMessage         jetstream.ErrorCode = 10037
	errNoSequence        jetstream.ErrorCode = 10043
	errDeleteFailed      jetstream.ErrorCode = 10057
	errNoPeers           jetstream.ErrorCode = 10005 // too few servers to place a stream on
	errNoCluster         jetstream.ErrorCode = 10074 // a server alone keeps no replicas
	errNoStorage         jetstream.ErrorCode = 10047 // less is left than a stream's byte limit sets aside
)

func apiCode(err error) jetstream.ErrorCode {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.ErrorCode
	}
	return 0
}

// transient tells whether an error of NATS may pass by itself.
func transient(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.Code >= 500 && api.ErrorCode != errMessageTooLarge && api.ErrorCode != errNoCluster
	}
	return errors.Is(err, nats.ErrNoResponders) || errors.Is(err, nats.ErrTimeout) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrDisconnected) ||
		errors.Is(err, nats.ErrConnectionReconnecting) || errors.Is(err, nats.ErrReconnectBufExceeded) ||
		errors.Is(err, jetstream.ErrNoStreamResponse)
}

// unanswered tells whether a request got no answer, or one that says to ask again.
func unanswered(err error) bool { return transient(err) || errors.Is(err, errTimeout) }

// passing tells whether what went wrong with a read or a write may go well in a moment.
func passing(err error) bool {
	return unanswered(err) || errors.Is(err, errBehind) || errors.Is(err, errChanging) || errors.Is(err, errLost)
}

// jitter varies an interval by ±25 %, so that workers do not act in step.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.75 + rand.Float64()/2))
}
