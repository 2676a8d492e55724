package worker

import (
	"context"
)

// A bundle that was delivered more often than it may fail, without a result, has
// a request that stops its workers. The others are to be done all the same, and
// that one is to be known. So they are carried out one after the other, and the
// ledger is told which is begun and which has come to a result: what was begun
// twice and has none is not begun again. Of one worker something else may have
// been the end, in just that moment. That it failed in passing is a result for as
// long as it is tried again for that.

// The ledger's names for these. No request has such an id.
func begunIDs(p part) [2]string { return [...]string{p.ID() + ".begun", p.ID() + ".begun-again"} }
func passedID(p part) string    { return p.ID() + ".passed" }
func triedID(p part) string     { return p.ID() + ".tried" }

// oneByOne carries out the requests one after the other.
func (b *jobBundle) oneByOne(work, ctx context.Context) {
	b.inTurn(work, ctx, b.parts, func(p part) result { return b.alone(work, ctx, p) })
	b.answers.send()
}

// inTurn carries out requests one after the other. It begins with another one on
// each delivery, so that each of them is the last once: what takes all the time
// that there is leaves none to those behind it.
func (b *jobBundle) inTurn(work, ctx context.Context, line []part, do func(part) result) {
	b.w.crew.also(func() {
		for i := range line {
			p := line[(int(b.attempts)+i)%len(line)]
			if ctx.Err() != nil {
				b.note(work, p, b.jobOf(p).outOfTime(ctx, p))
				continue
			}
			b.note(work, p, do(p))
		}
	})
}

// alone carries out a request, unless it was begun twice and came to no result.
func (b *jobBundle) alone(work, ctx context.Context, p part) result {
	j := b.jobOf(p)
	stops, err := j.stops(ctx, p)
	if err != nil {
		failure := b.w.noted(ctx, err)
		return result{verdict: j.judge(failure, p.Verified), failure: failure}
	}
	if stops {
		return result{verdict: bury, failure: j.suspicion()}
	}
	r := j.perform(ctx, p.Verified, true)
	j.mark(work, p, r)
	return r
}

// stops tells whether a request was begun alone twice and came to no result. If
// it was not, it is now.
func (j *job) stops(ctx context.Context, p part) (bool, error) {
	for _, id := range begunIDs(p) {
		first, err := j.w.deps.Ledger.Take(ctx, p.KeyID(), id, j.name, p.Life())
		if err != nil || first {
			return false, err
		}
		if passed, err := j.passed(ctx, p); err != nil || passed {
			return false, err
		}
	}
	return true, nil
}

// passed tells whether a request that was begun alone came to a result.
func (j *job) passed(ctx context.Context, p part) (bool, error) {
	passed, err := j.w.deps.Ledger.Taken(ctx, p.KeyID(), passedID(p), j.name)
	if err != nil || passed || j.age() >= j.w.cfg.Patience {
		return passed, err
	}
	return j.w.deps.Ledger.Taken(ctx, p.KeyID(), triedID(p), j.name)
}

// mark has the ledger know that a request came to a result.
func (j *job) mark(work context.Context, p part, r result) {
	id := passedID(p)
	if r.verdict == tryAgain {
		id = triedID(p)
	}
	j.enter(work, p.Verified, id)
}

// outOfTime is what comes of a request for which no time was left: its turn comes,
// but not for ever. It is not to blame, and has the attempts of one that is, and patience.
func (j *job) outOfTime(ctx context.Context, p part) result {
	r := result{verdict: tryAgain, failure: refusal(ctx, ctx.Err())}
	if j.attempts >= j.allowance(p.Verified) && j.age() >= j.w.cfg.Patience {
		r.verdict = bury
	}
	return r
}
