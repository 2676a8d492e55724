package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// The pauses between tries: doubling, a quarter more or less, at most maxPause.
const (
	firstPause = 50 * time.Millisecond
	maxPause   = 30 * time.Second
	jitter     = 0.25
	// maxDoublings is far past maxPause, and before an overflow of MaxRequestLife.
	maxDoublings = 16
	// longTry is what a try has at most if the time that is left is not enough for
	// as much for each that may follow: three times what a worker gives an ask.
	longTry = 30 * time.Second
	// noWorkersRetries is how often a call is tried again when nobody is there, and
	// nobody ever was: half a second, soon enough for whoever forgot to start a
	// worker. Where one was, it may be the only one, and restarting.
	noWorkersRetries = 3
)

// A schedule divides the time that a call has between its tries.
type schedule struct {
	clock   func() time.Time
	closed  <-chan struct{} // when no reply can come any more
	end     time.Time       // of the call, by clock
	attempt time.Duration   // of the first try
	retries int
	// answered is set when a worker has answered the client before.
	answered bool
}

// schedule starts a call's time. A context's deadline is a moment of the
// process's own clock, so what is left of it is carried over to the client's.
func (c *Client) schedule(ctx context.Context) schedule {
	now, left := c.opts.Clock(), c.opts.Timeout // in this order: a pause between the two must not make the end later
	if deadline, ok := ctx.Deadline(); ok {
		left = min(time.Until(deadline), messages.MaxRequestLife)
	}
	return schedule{
		clock:    c.opts.Clock,
		closed:   c.inbox.done,
		end:      now.Add(left),
		attempt:  c.opts.AttemptTimeout,
		retries:  c.opts.Retries,
		answered: c.answered.Load(),
	}
}

// endingBy is the schedule that ends no later than a moment of its clock.
func (s schedule) endingBy(end time.Time) schedule {
	if end.Before(s.end) {
		s.end = end
	}
	return s
}

// until is when try n, counted from 0, ends if it begins now. A try whose
// message is lost is known by its end alone, so none takes what those need that
// may follow: after a few refusals it would be all that is left, else.
func (s schedule) until(n int) time.Time {
	if n >= s.retries {
		return s.end
	}
	now := s.clock()
	share := s.end.Sub(now) / time.Duration(s.retries-n+1)
	end := now.Add(min(s.attempt<<min(n, maxDoublings), max(s.attempt, longTry, share)))
	if end.Before(s.end) {
		return end
	}
	return s.end
}

// length is how long try n may take. Not above 0: no time is left.
func (s schedule) length(n int) time.Duration { return s.until(n).Sub(s.clock()) }

// pause waits before the try that follows try n, which failed with err. It
// returns false if there will be none: err is final, or time or tries are used up.
func (s schedule) pause(ctx context.Context, n int, err error) bool {
	d := max(pauseAfter(n, rand.Float64()), retryAfter(err))
	if !s.again(n, err, d) {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.closed: // which the next try says
		return true
	case <-ctx.Done():
		return false
	}
}

// follows tells whether another try follows try n if that fails with err,
// however long the pause between them.
func (s schedule) follows(n int, err error) bool {
	return s.again(n, err, max(pauseAfter(n, 1), retryAfter(err)))
}

// again tells whether there is reason, and room, for another try after a pause.
func (s schedule) again(n int, err error, pause time.Duration) bool {
	if n >= s.retries || !retryable(err) || n >= noWorkersRetries && !s.answered && errors.Is(err, ErrNoWorkers) {
		return false
	}
	return pause < s.end.Sub(s.clock())
}

// pauseAfter is the pause after try n; chance is from 0 to 1.
func pauseAfter(n int, chance float64) time.Duration {
	middle := float64(min(maxPause, firstPause<<min(n, maxDoublings)))
	return min(maxPause, time.Duration(middle*(1-jitter+2*jitter*chance)))
}

// retryAfter is how long the worker asked to wait. Of an error that nobody signed
// that is not kept: a long wait would leave no time for another try.
func retryAfter(err error) time.Duration {
	var e *messages.Error
	if errors.As(err, &e) {
		return time.Duration(min(max(0, e.RetryAfterMS), messages.MaxRequestLife.Milliseconds())) * time.Millisecond
	}
	return 0
}

// retryable tells whether the same request, signed anew, may succeed later.
func retryable(err error) bool {
	var e *messages.Error
	switch {
	case errors.As(err, &e):
		return e.Retryable || e.Code.Retryable()
	case errors.Is(err, ErrClosed):
		return false
	default:
		return errors.Is(err, ErrNoWorkers) || errors.Is(err, ErrNoStream) || errors.Is(err, ErrNoReply) ||
			errors.Is(err, ErrReplyNotVerified) || unsent(err) || broken(err)
	}
}

// unsent tells whether a request has not left this process.
func unsent(err error) bool {
	return errors.Is(err, ErrNotConnected) || errors.Is(err, nats.ErrReconnectBufExceeded)
}

// ambiguous tells whether a try that failed with err may have taken effect. That
// it has not is proved by a worker's signature alone: whoever may publish to the
// inbox can say that nobody is there, or that a worker is too busy. A key's rate is
// asked before the ledger is, so that it is used up may be the answer to a copy.
func ambiguous(err error) bool {
	switch {
	case unsent(err):
		return false
	case errors.Is(err, ErrUnauthenticated):
		return true
	}
	switch messages.CodeOf(err) { // internal for whatever is no messages.Error
	case messages.CodeUnavailable, messages.CodeDeadline, messages.CodeInternal, messages.CodeRateLimited:
		return true
	default:
		return false
	}
}
