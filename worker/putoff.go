package worker

import (
	"container/heap"
	"context"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A job whose key's rate is used up stays with the server, unacknowledged, and
// the consumer has one limit to those for everybody. So a key may have only so
// many put off, in jobs and in bytes; what comes past that is a dead letter.

// putOffShare is the part of what the consumer may have unacknowledged that one
// key may have put off by one worker.
const putOffShare = 16

// lastWaits is how many waits more than delays count a job may have before its
// end, each three quarters of what is left of its life.
const lastWaits = 10

// putOffBounds say how much one key may have put off by this worker.
type putOffBounds struct {
	jobs  int
	bytes int64
}

// within lowers the bounds to a share of what a consumer may have unacknowledged.
func (b putOffBounds) within(maxAckPending int) putOffBounds {
	if maxAckPending > 0 {
		b.jobs = max(1, min(b.jobs, maxAckPending/putOffShare))
	}
	return b
}

// absences are the jobs of one key that were put off and are not due yet, the
// next one first.
type absences struct {
	list  []absence
	bytes int64
}

type absence struct {
	until time.Time
	bytes int64
}

// fit tells whether one more may be put off. One alone always may. One that was
// delivered before is with the server already, and may have been put off by a
// worker that forgot it, or by a server that did: so it has twice the bounds.
func (a *absences) fit(now time.Time, bytes int64, again bool, b putOffBounds) bool {
	if again {
		b.jobs, b.bytes = 2*b.jobs, 2*b.bytes
	}
	return a.empty(now) || len(a.list) < b.jobs && a.bytes+bytes <= b.bytes
}

// empty forgets those that are due, and tells whether there are no others.
func (a *absences) empty(now time.Time) bool {
	for len(a.list) > 0 && !now.Before(a.list[0].until) {
		heap.Pop(a)
	}
	return len(a.list) == 0
}

func (a *absences) Len() int           { return len(a.list) }
func (a *absences) Less(i, j int) bool { return a.list[i].until.Before(a.list[j].until) }
func (a *absences) Swap(i, j int)      { a.list[i], a.list[j] = a.list[j], a.list[i] }

// Push is for package heap.
func (a *absences) Push(x any) {
	if one, ok := x.(absence); ok {
		a.list, a.bytes = append(a.list, one), a.bytes+one.bytes
	}
}

// Pop is for package heap.
func (a *absences) Pop() any {
	last := a.list[len(a.list)-1]
	a.list, a.bytes = a.list[:len(a.list)-1], a.bytes-last.bytes
	return last
}

// hold waits for the key's rate, if that does not take long, and tells whether
// the job may go on. Only so many jobs are held that others have room to work.
func (j *job) hold(work context.Context, v envelope.Verified, requests int) bool {
	wait := j.w.rates.take(v, requests, j.w.deps.Clock())
	if wait == 0 || wait > j.w.cfg.RateWait || !j.w.held.TryAcquire(1) {
		return wait == 0
	}
	defer j.w.held.Release(1)
	ctx, cancel := j.w.until(work, v, j.w.bounds.Load().timeout)
	defer cancel()
	if sleep(ctx, wait) != nil {
		return false
	}
	j.w.settle.extend(j.message)
	return j.w.rates.take(v, requests, j.w.deps.Clock()) == 0
}

// postpone puts a job off until its key's rate comes to it, so that its body is
// not delivered again in vain. One that cannot wait is a dead letter, and is
// answered: left alone it would expire, and nobody be told.
func (j *job) postpone(v envelope.Verified, requests int) result {
	after, failure := j.w.rates.putOff(v, j.w.deps.Clock(), lateness{
		requests: requests,
		bytes:    int64(len(j.body)), again: j.attempts > 1, bounds: j.w.bounds.Load().putOff,
		least: j.w.putOff.after(j.attempts), shortest: j.w.cfg.RetryBase,
		left: j.w.left(v),
	})
	if failure != nil {
		return result{verdict: bury, failure: failure}
	}
	return result{verdict: putOff, after: after, failure: messages.Errorf(messages.CodeRateLimited, "the key's rate is used up")}
}

// hasBegun tells whether an earlier delivery has begun a change whose key's rate is
// used up. It fails if that was another message's, of which this is a copy: copies
// are not put off in the turns of others, nor are they letters, of which a replay
// would do again what was done.
func (j *job) hasBegun(work context.Context, v envelope.Verified) (begun bool, failure *messages.Error) {
	if !v.Op().Changes() {
		return false, nil
	}
	ctx, cancel := j.w.until(work, v, j.w.bounds.Load().timeout)
	defer cancel()
	begun, err := j.w.deps.Ledger.Taken(ctx, v.KeyID(), v.ID(), j.name)
	if err != nil {
		failure = j.w.noted(ctx, err)
	}
	return begun, failure
}
