package worker

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/page"
)

// outageMemory is how many of the longest delays an outage is remembered: what
// it put off has come back by then, and is not taken for what stops workers.
const outageMemory = 10

// An outage remembers when a tier last left this worker without an answer.
// What is delivered often because of that is not to blame for it.
type outage struct{ last atomic.Int64 } // unix ms, 0 never

// note looks at how a request failed. That this worker was full is no outage, and
// whoever asks for much could excuse what stops workers by it.
func (o *outage) note(failure *messages.Error, now time.Time) {
	if blameless(failure) && failure.Code != messages.CodeOverloaded {
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

// Another worker knows nothing of what this one remembers, and nor does this one
// when it has started again. So the ledger has an entry for each job that is
// tried more often than it may fail, beside that of its request.

// excuseID is what the ledger knows that by. No request has such an id.
func excuseID(v envelope.Verified) string { return v.ID() + ".excused" }

// remember has the ledger know that a job which is tried again came to a result,
// if not a good one, on a delivery past which it would be taken for one that
// stops its workers.
func (j *job) remember(work context.Context, v envelope.Verified) {
	if j.attempts >= j.allowance(v) {
		j.enter(work, v, excuseID(v))
	}
}

// enter enters in the ledger what came of a request, and tells whether that was not
// known to be there. It has what is left of the time until the job is delivered
// again: if that ends it, it is the ledger that did not answer.
func (j *job) enter(work context.Context, v envelope.Verified, id string) (first bool) {
	ctx, cancel := context.WithTimeout(context.WithValue(work, earlyEnd{}, true), j.w.bounds.Load().timeout/4)
	defer cancel()
	first, err := j.w.deps.Ledger.Take(ctx, v.KeyID(), id, j.name, v.Life())
	if err != nil {
		failure := j.w.noted(ctx, err)
		j.w.deps.Logger.Debug().Err(failure).Str("request", v.ID()).Msg("other workers are not told of what a request came to")
	}
	return first || err != nil
}

// unexplained tells of a job that was begun before, and delivered more often than
// it may fail, whether no outage is known to be the reason.
func (j *job) unexplained(ctx context.Context, v envelope.Verified) (bool, error) {
	w := j.w
	if w.outage.recent(w.deps.Clock(), outageMemory*w.cfg.RetryCap) {
		return false, nil
	}
	if j.age() >= w.cfg.Patience {
		return true, nil
	}
	excused, err := w.deps.Ledger.Taken(ctx, v.KeyID(), excuseID(v), j.name)
	return err == nil && !excused, err
}

// suspicion is why what may stop its workers is not begun again.
func (j *job) suspicion() *messages.Error {
	return messages.Errorf(messages.CodeInternal, "delivered %d times without a result: it may stop its workers", j.attempts-1)
}
