package tiers

import (
	"errors"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// unexpected is said of an error that no words are known for.
const unexpected = "an unexpected error, which the worker's log has"

// reason is reasonOf, and has the log tell what an error is that has no words. A
// breaker bounds how often that is.
func (t *Tiers) reason(err error) string {
	words := reasonOf(err)
	if words == unexpected {
		t.log.Warn().Err(err).Msg("a request to NATS failed in an unexpected way")
	}
	return words
}

// reasonOf says in a few words, for callers, why a tier could not be used.
// Server texts stay out: they may name subjects.
func reasonOf(err error) string {
	var status *jet.StatusError
	switch {
	case errors.Is(err, errOpen):
		return errOpen.Error()
	case errors.Is(err, jet.ErrTimeout), errors.Is(err, nats.ErrTimeout):
		return jet.ErrTimeout.Error()
	case errors.Is(err, nats.ErrNoResponders):
		return "its stream has no leader or does not exist"
	case errors.Is(err, errBehind):
		return page.ErrNotReached.Error()
	case errors.Is(err, jet.ErrBusy):
		return jet.ErrBusy.Error()
	case errors.Is(err, jet.ErrChanging), errors.Is(err, jet.ErrLost):
		return "its answer was incomplete"
	case errors.Is(err, errKept):
		return "it is full, and takes nothing but deletes and clears"
	case jet.Full(err):
		return "the server cannot store more"
	case errors.Is(err, nats.ErrConnectionClosed), errors.Is(err, nats.ErrDisconnected),
		errors.Is(err, nats.ErrConnectionReconnecting), errors.Is(err, nats.ErrReconnectBufExceeded):
		return "this worker has no connection to NATS"
	case errors.As(err, &status), jet.CodeOf(err) != 0:
		return "the server reported an error"
	default:
		return unexpected
	}
}
