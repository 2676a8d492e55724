package worker

import (
	"context"
	"time"

	"github.com/context-manager/context-manager/messages/envelope"
)

// A jobBundle is one delivery of a job that has several requests. Each is carried
// out, judged and answered for itself. The job is settled when all of them are done
// or have failed for good: those that have are one dead letter. If one fails in
// passing, all come again, and find the effects of those that were done; unless
// they expire first, of which there is no letter.
type jobBundle struct {
	*job
	whole   envelope.Verified
	parts   []part
	each    []job    // the work on each of them, by place
	results []result // of each, by place
	answers *bundle
}

// handleBundle takes one delivery of a bundle to its settlement, unless it is none.
func (j *job) handleBundle(work context.Context, v envelope.Verified, began time.Time) bool {
	answers := j.w.newBundle(v, began)
	defer answers.over.Stop()
	parts, err := answers.split()
	if err != nil {
		j.malformed = err
		return false
	}
	b := &jobBundle{
		job: j, whole: v, parts: parts, answers: answers,
		each: make([]job, len(parts)), results: make([]result, len(parts)),
	}
	b.countMoves() // some are answered while others are at work
	if r, begun := b.attempt(work); !begun {
		j.conclude(work, v, r)
		for _, p := range parts {
			answers.observe(p, r.failure)
		}
	}
	return true
}

// attempt does what the requests want, if the bundle is let through. If not, it
// tells what becomes of it.
func (b *jobBundle) attempt(work context.Context) (r result, begun bool) {
	if r, in := b.letIn(work, b.whole, len(b.parts)); !in {
		return r, false
	}
	ctx, cancel := b.w.until(work, b.whole, b.w.bounds.Load().timeout)
	defer cancel()
	again, suspect, failure := b.begin(ctx, b.whole, len(b.parts))
	if failure != nil {
		return result{verdict: b.judge(failure, b.whole), failure: failure}, false
	}
	b.w.metrics.together(len(b.parts))
	if suspect {
		b.oneByOne(work, ctx)
	} else {
		b.sideBySide(work, ctx, again)
	}
	b.end(work, suspect)
	return result{}, true
}

// sideBySide carries out the requests at once, as far as there is room for each
// in flight, and the others one after the other. It returns when all have a result.
func (b *jobBundle) sideBySide(work, ctx context.Context, again bool) {
	do := func(p part) result { return b.jobOf(p).perform(ctx, p.Verified, again) }
	line := b.parts[:1:1] // the first was let in with the message
	for _, p := range b.parts[1:] {
		leave, ok := b.w.jobs.more()
		if !ok {
			line = append(line, p)
			continue
		}
		b.w.crew.also(func() {
			defer leave()
			b.note(work, p, do(p))
		})
	}
	b.inTurn(work, ctx, line, do)
	b.answers.send()
}

// jobOf is the work on one request.
func (b *jobBundle) jobOf(p part) *job {
	j := &b.each[p.place]
	*j = job{delivery: b.delivery, w: b.w, message: b.message}
	return j
}

// note notes what came of a request, and answers it unless it comes again or is buried first.
func (b *jobBundle) note(work context.Context, p part, r result) {
	b.results[p.place] = r
	if r.verdict != acknowledge {
		b.answers.pass(p, r.failure)
		return
	}
	b.w.audit.performed(work, p.Verified, &b.each[p.place].trace, r.failure)
	b.w.reach(beforeReply, p.Verified)
	b.answers.answer(p, r.body, r.failure)
	b.w.buffers.put(r.body)
}
