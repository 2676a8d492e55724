package client

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/context-manager/context-manager/messages"
)

// grace is for how long the worker's signed reply may still come after an error that
// nobody vouches for. It is more than most requests take, and little to whoever learns
// by such an error that a key or a clock is wrong.
const grace = 200 * time.Millisecond

// unvouched is an error that would end a call for good, though nobody vouches
// for it. Anybody can have one sent: a copy of the request, spoiled, is
// refused to the same inbox, and sooner than the request itself is answered.
// So it is held back for a while, and forgotten if a signed reply comes.
type unvouched struct {
	err  error
	over <-chan time.Time
	// longer is the grace of a client that a worker has answered before, 0 for others:
	// key and clock were right, so that they are wrong is seldom true, and a busy
	// worker's reply may take long.
	longer time.Duration
}

// hold tells whether an error is of this kind, and keeps the first. One that
// another try follows need not be held back.
func (u *unvouched) hold(err error, follows func(error) bool) bool {
	if !errors.Is(err, ErrUnauthenticated) && !errors.Is(err, ErrNoWorkers) || follows(err) {
		return false
	}
	if u.err == nil {
		u.err, u.over = err, time.After(u.graceOf(err))
	}
	return true
}

func (u *unvouched) graceOf(err error) time.Duration {
	if retryable(err) {
		return grace
	}
	return max(grace, u.longer)
}

// unvouchedBytes is the most that is kept of a text that nobody vouches for: more than workers write.
const unvouchedBytes = 512

// unsignedCodes are what workers answer a request with that they have not verified. Of
// those with one status the first stands for whatever else comes with that.
var unsignedCodes = [...]messages.Code{
	messages.CodeTooLarge, messages.CodeBadEnvelope, messages.CodeUnauthorized, messages.CodeOutsideWindow, messages.CodeExpired,
	messages.CodeForbidden, messages.CodeUnknownOperation, messages.CodeOverloaded, messages.CodeDraining, messages.CodeInternal,
}

// tame has an error that nobody vouches for do no harm where errors go. Callers decide
// by codes: that an item is not there, or has changed, no worker says unsigned. They
// write texts to their logs, so it is one line. Nothing else of it is kept.
func tame(e *messages.Error, status int) *messages.Error {
	code := unsignedCode(e.Code, status)
	return &messages.Error{Code: code, Retryable: code.Retryable(), Message: strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(e.Message[:min(len(e.Message), unvouchedBytes)], ""))}
}

// unsignedCode is code if workers send that unsigned, and else the nearest to a status that they do.
func unsignedCode(code messages.Code, status int) messages.Code {
	if slices.Contains(unsignedCodes[:], code) {
		return code
	}
	for _, c := range unsignedCodes {
		if c.Status() == status {
			return c
		}
	}
	return messages.CodeInternal
}
