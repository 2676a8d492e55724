package worker

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// An outage remembers when a tier last left this worker without an answer.
// What is delivered often because of that is not to blame for it.
type outage struct{ last atomic.Int64 } // unix ms, 0 never

// note looks at how a request failed.
func (o *outage) note(failure *messages.Error, now time.Time) {
	if blameless(failure) {
		o.last.Store(now.UnixMilli())
	}
}

// recent tells whether there was one within so long.
func (o *outage) recent(now time.Time, within time.Duration) bool {
	last := o.last.Load()
	return last != 0 && now.UnixMilli()-last < within.Milliseconds()
}

// blameless tells whether a failure says nothing of the request, only of the
// state that tiers or the worker are in. That a tier has not come to the
// revision that the request names is the request's own.
func blameless(failure *messages.Error) bool {
	return failure != nil && !errors.Is(failure, page.ErrNotReached) &&
		(failure.Code == messages.CodeUnavailable || failure.Code == messages.CodeOverloaded)
}
