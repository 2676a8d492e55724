package worker

import (
	"context"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/worker/operations"
)

// A verdict is what becomes of a delivery of a job.
type verdict int

const (
	acknowledge verdict = iota // it had its effect, or was refused for good reason: the caller is told
	putOff                     // its key's rate is used up: it comes again, which is no failure
	tryAgain                   // it failed in passing
	bury                       // it will never succeed, or cannot wait for its key's rate, or nobody would hear that it did not: a dead letter, if it was to change something
	drop                       // a replay: terminated and audited, nobody is told
)

// A job is one delivery of a message on the job lane.
type job struct {
	delivery
	w       *Worker
	message message
	trace   operations.Trace

	malformed error  // why it is no bundle, if it is made as one is
	moves     uint64 // how often the connection had been lost before it was answered
}

// A result is what came of a job.
type result struct {
	verdict verdict
	body    []byte          // of the reply, if the job succeeded
	failure *messages.Error // nil if it did
	after   time.Duration   // for how long the job is put off
}

// handleJob takes one delivery of a job from its verification to its
// settlement: verify → rate → ledger → effect → reply → settle. work is the
// context of all work; it ends when a drain has taken too long.
func (w *Worker) handleJob(work context.Context, m message) {
	meta, err := m.Metadata()
	if err != nil {
		w.deps.Logger.Warn().Err(err).Msg("a message on the job lane did not come from JetStream: it is ignored")
		return
	}
	began := w.deps.Clock()
	j := &job{w: w, message: m, delivery: jobDelivery(m, meta)}
	if w.outage.recent(began, w.bounds.Load().timeout) { // those before it took all of theirs, and it waited unopened
		w.settle.extend(m)
	}
	w.reach(beforeVerify, envelope.Verified{})
	v, err := w.verify(j.delivery, w.now(messages.LaneJob))
	if err != nil {
		failure := j.refuse(work, err)
		w.metrics.observe(j.lane, w.opLabel(j.subject), failure, w.deps.Clock().Sub(began))
		return
	}
	if v.Bundled() && j.handleBundle(work, v, began) {
		return
	}
	r := j.attempt(work, v)
	j.conclude(work, v, r)
	w.metrics.observe(j.lane, string(v.Op()), r.failure, w.deps.Clock().Sub(began))
}

func jobDelivery(m message, meta *nats.MsgMetadata) delivery {
	return delivery{
		lane: messages.LaneJob, subject: m.Subject(), header: m.Headers(), body: m.Data(),
		name:       "job:" + strconv.FormatUint(meta.Sequence.Stream, 10),
		streamTime: meta.Timestamp,
		streamSeq:  meta.Sequence.Stream,
		attempts:   meta.NumDelivered,
	}
}

// attempt does what a verified job wants and judges how that went. The time of
// its work begins when its key's rate lets it through.
func (j *job) attempt(work context.Context, v envelope.Verified) result {
	if r, in := j.letIn(work, v, 1); !in {
		return r
	}
	ctx, cancel := j.w.until(work, v, j.w.bounds.Load().timeout)
	defer cancel()
	again, suspect, failure := j.begin(ctx, v, 1)
	switch {
	case failure != nil:
		return result{verdict: j.judge(failure, v), failure: failure}
	case suspect:
		return j.alone(work, ctx, v)
	}
	r := j.perform(ctx, v, again)
	if r.verdict == tryAgain {
		j.remember(work, v)
	}
	return r
}

// letIn lets a job of so many requests through that no other delivery brought,
// if its key's rate allows it; if not, it tells what becomes of the job. What was
// begun is let through, and owes, where the rate would end it: what it did would be
// done again when its letter is replayed, and of a bundle the letter could not tell
// what was.
func (j *job) letIn(work context.Context, v envelope.Verified, requests int) (r result, in bool) {
	if err := j.w.first(v, j.delivery); err != nil {
		failure := refusal(work, err)
		return result{verdict: j.judge(failure, v), failure: failure}, false
	}
	if j.hold(work, v, requests) {
		return result{}, true
	}
	begun, failure := j.hasBegun(work, v)
	if failure != nil {
		return result{verdict: j.judge(failure, v), failure: failure}, false
	}
	if r = j.postpone(v, requests); r.verdict != bury || !begun {
		return r, false
	}
	j.w.rates.overdraw(v, requests, j.w.deps.Clock())
	return result{}, true
}

// begin enters a job of so many requests in the ledger. again is set if an earlier
// delivery had done so, suspect if it had so often that this one may stop its
// workers, and no outage is known to be the reason: no delivery came to a result, or
// the job would have been buried or remembered.
func (j *job) begin(ctx context.Context, v envelope.Verified, requests int) (again, suspect bool, failure *messages.Error) {
	again, err := j.w.once(ctx, v, j.delivery, requests)
	if err == nil && j.begunBefore(v, again) && j.attempts > j.allowance(v) {
		suspect, err = j.unexplained(ctx, v)
	}
	if err != nil {
		failure = j.w.noted(ctx, err)
	}
	return again, suspect, failure
}

// perform does what a request wants that has begun.
func (j *job) perform(ctx context.Context, v envelope.Verified, again bool) result {
	j.w.reach(afterLedger, v)
	body, err := []byte(nil), j.malformed
	if err == nil {
		body, err = j.w.perform(ctx, operations.Request{Verified: v, Again: again, Trace: &j.trace})
	}
	j.w.reach(afterEffect, v)
	failure := j.w.failure(ctx, v, err)
	if failure == nil {
		return result{verdict: acknowledge, body: body}
	}
	return result{verdict: j.judge(failure, v), failure: failure}
}

// begunBefore tells whether an earlier delivery may have been worked on: again is
// the ledger's word. Of one that only reads the ledger knows nothing.
func (j *job) begunBefore(v envelope.Verified, again bool) bool { return again || !v.Op().Changes() }

// judge tells what becomes of a job that failed.
func (j *job) judge(failure *messages.Error, v envelope.Verified) verdict {
	switch code := failure.Code; {
	case code == messages.CodeReplayed:
		return drop
	case v.Reply() != "" && (code == messages.CodeNotFound || code == messages.CodeConflict):
		return acknowledge // an answer like any other, to who hears it
	case !code.Retryable() && code != messages.CodeInternal:
		return bury // malformed: it will never be anything else
	case j.attempts >= j.allowance(v) && !j.excused(failure):
		return bury
	default:
		return tryAgain
	}
}

// excused tells whether a job that has used up its attempts is tried again all
// the same: it failed because a tier does not answer, and is not old yet.
func (j *job) excused(failure *messages.Error) bool {
	return blameless(failure) && j.age() < j.w.cfg.Patience
}

// age is how long ago the stream stored the job.
func (j *job) age() time.Duration { return j.w.now(messages.LaneJob).Sub(j.streamTime) }

// allowance is how many deliveries a job may have. The server counts those on
// which it was put off for its key's rate among them, so a job of a key with a
// rate is allowed as many more as it can have been put off since it was stored.
func (j *job) allowance(v envelope.Verified) uint64 {
	allowed := uint64(j.w.cfg.MaxAttempts)
	if perSecond, _ := v.Rate(); perSecond > 0 {
		allowed += j.w.putOff.most(j.age()) + lastWaits
	}
	return allowed
}
