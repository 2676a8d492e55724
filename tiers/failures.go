package tiers

import (
	"context"
	"errors"

	"github.com/context-manager/context-manager/tiers/jet"
)

// passing tells whether what went wrong with a read or a write may go well in a moment.
func passing(err error) bool {
	return jet.Unanswered(err) || errors.Is(err, errBehind) || errors.Is(err, jet.ErrChanging) || errors.Is(err, jet.ErrLost)
}

// callerLeft tells whether the request ended because of its caller, so that
// nothing is known about the tier.
func callerLeft(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, jet.ErrBusy)
}

// tierFailed tells whether an error is the tier's fault.
func tierFailed(err error) bool {
	switch {
	case errors.Is(err, jet.ErrLengthy), errors.Is(err, jet.ErrTooMany), errors.Is(err, jet.ErrChanging), errors.Is(err, errBehind):
		return false
	case jet.TooLarge(err):
		return false
	case jet.CodeOf(err) != 0:
		return jet.Transient(err)
	default:
		return true
	}
}

// lengthy is the error of what follows an answer that has come. What one owner
// has may be more than comes in the time of a read. That says nothing about the
// tier, which was answering: if it counted, one owner's size would have the tier
// left alone for everybody.
func lengthy(err error) error {
	if errors.Is(err, jet.ErrTimeout) {
		return jet.ErrLengthy
	}
	return err
}
