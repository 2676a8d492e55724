package client

import (
	"errors"
	"time"
)

// grace is how long the worker's signed reply may still come after an error
// that nobody vouches for. It is far more than a request takes, and little to
// whoever learns by such an error that a key or a clock is wrong.
const grace = 200 * time.Millisecond

// unvouched is an error that would end a call for good, though nobody vouches
// for it. Anybody can have one sent: a copy of the request, spoiled, is
// refused to the same inbox, and sooner than the request itself is answered.
// So it is held back for a while, and forgotten if a signed reply comes.
type unvouched struct {
	err  error
	over <-chan time.Time
}

// hold tells whether an error is of this kind, and keeps the first. One that
// another try follows need not be held back.
func (u *unvouched) hold(err error, follows func(error) bool) bool {
	if !errors.Is(err, ErrUnauthenticated) && !errors.Is(err, ErrNoWorkers) || follows(err) {
		return false
	}
	if u.err == nil {
		u.err, u.over = err, time.After(grace)
	}
	return true
}
