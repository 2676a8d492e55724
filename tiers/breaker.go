package tiers

import (
	"errors"

	"github.com/rs/zerolog"
	"github.com/sony/gobreaker/v2"
)

// A breaker leaves a tier that keeps failing alone for a while, then lets one
// request through to see. Not-found and conflict are successes: the tier
// answered. A caller that went away says nothing about the tier.
type breaker struct {
	name  string
	inner *gobreaker.TwoStepCircuitBreaker[struct{}]
}

// errOpen means that the breaker did not let a request through.
var errOpen = errors.New("it keeps failing and is left alone for a while")

func newBreaker(name string, cfg Breaker, log zerolog.Logger, changed func(gobreaker.State)) *breaker {
	settings := gobreaker.Settings{
		Name:         name,
		MaxRequests:  1, // one probe decides
		Timeout:      cfg.Open,
		ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= cfg.Failures },
		IsSuccessful: func(err error) bool { return err == nil || !tierFailed(err) },
		IsExcluded:   callerLeft,
		OnStateChange: func(_ string, from, to gobreaker.State) {
			// It runs under the breaker's lock: asking the breaker anything would deadlock.
			changed(to)
			log.Warn().Str("breaker", name).Stringer("from", from).Stringer("to", to).Msg("circuit breaker changed")
		},
	}
	return &breaker{name: name, inner: gobreaker.NewTwoStepCircuitBreaker[struct{}](settings)}
}

// allow asks for a request to be let through; done must be told how it ended.
func (b *breaker) allow() (done func(error), err error) {
	done, err = b.inner.Allow()
	if err != nil {
		return nil, errOpen
	}
	return done, nil
}

func (b *breaker) open() bool { return b.inner.State() == gobreaker.StateOpen }
