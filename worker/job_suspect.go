package worker

import (
	"context"

	"github.com/context-manager/context-manager/messages/envelope"
)

// A job that was delivered more often than it may fail, without a result, may stop
// its workers: or it was only at work beside what does, and died with it each time,
// since both come again at the same moment. So what is suspect is done alone: a
// worker carries out one such request at a time, and the ledger is told which is
// begun and which has come to a result. What was begun twice and has none is not
// begun again. Of one worker something else may have been the end, in just that
// moment. That a request failed in passing is a result for as long as it is tried
// again for that.

// The ledger's names for these. No request has such an id.
func begunIDs(v envelope.Verified) [2]string {
	return [...]string{v.ID() + ".begun", v.ID() + ".begun-again"}
}
func passedID(v envelope.Verified) string { return v.ID() + ".passed" }
func triedID(v envelope.Verified) string  { return v.ID() + ".tried" }

// alone carries out a request, unless it was begun twice and came to no result.
func (j *job) alone(work, ctx context.Context, v envelope.Verified) result {
	if j.w.suspects.Acquire(ctx, 1) != nil {
		return j.outOfTime(ctx, v)
	}
	defer j.w.suspects.Release(1)
	stops, err := j.stops(ctx, v)
	if err != nil {
		failure := j.w.noted(ctx, err)
		return result{verdict: j.judge(failure, v), failure: failure}
	}
	if stops {
		return result{verdict: bury, failure: j.suspicion()}
	}
	r := j.perform(ctx, v, true)
	j.mark(work, v, r)
	return r
}

// stops tells whether a request was begun alone twice and came to no result. If
// it was not, it is now.
func (j *job) stops(ctx context.Context, v envelope.Verified) (bool, error) {
	for _, id := range begunIDs(v) {
		first, err := j.w.deps.Ledger.Take(ctx, v.KeyID(), id, j.name, v.Life())
		if err != nil || first {
			return false, err
		}
		if passed, err := j.passed(ctx, v); err != nil || passed {
			return false, err
		}
	}
	return true, nil
}

// passed tells whether a request that was begun alone came to a result.
func (j *job) passed(ctx context.Context, v envelope.Verified) (bool, error) {
	passed, err := j.w.deps.Ledger.Taken(ctx, v.KeyID(), passedID(v), j.name)
	if err != nil || passed || j.age() >= j.w.cfg.Patience {
		return passed, err
	}
	return j.w.deps.Ledger.Taken(ctx, v.KeyID(), triedID(v), j.name)
}

// mark has the ledger know that a request came to a result.
func (j *job) mark(work context.Context, v envelope.Verified, r result) {
	id := passedID(v)
	if r.verdict == tryAgain {
		id = triedID(v)
	}
	j.enter(work, v, id)
}

// outOfTime is what comes of a request for which no time was left: its turn comes,
// but not for ever. It is not to blame, and has the attempts of one that is, and patience.
func (j *job) outOfTime(ctx context.Context, v envelope.Verified) result {
	r := result{verdict: tryAgain, failure: refusal(ctx, ctx.Err())}
	if j.attempts >= j.allowance(v) && j.age() >= j.w.cfg.Patience {
		r.verdict = bury
	}
	return r
}
