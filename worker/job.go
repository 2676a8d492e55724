package worker

import (
	"context"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
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
	message jetstream.Msg
	trace   trace
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
func (w *Worker) handleJob(work context.Context, m jetstream.Msg) {
	meta, err := m.Metadata()
	if err != nil {
		w.deps.Logger.Warn().Err(err).Msg("a message on the job lane did not come from JetStream: it is ignored")
		return
	}
	began := w.deps.Clock()
	j := &job{w: w, message: m, delivery: jobDelivery(m, meta)}
	w.reach(beforeVerify, messages.Verified{})
	v, err := w.verify(j.delivery, w.now(messages.LaneJob))
	if err != nil {
		failure := refusal(work, err)
		w.refused(work, j.delivery, err)
		w.settle.terminate(m, string(failure.Code))
		w.metrics.observe(j.lane, w.opLabel(j.subject), failure, w.deps.Clock().Sub(began))
		return
	}
	r := j.attempt(work, v)
	j.conclude(work, v, r)
	w.metrics.observe(j.lane, string(v.Op()), r.failure, w.deps.Clock().Sub(began))
}

func jobDelivery(m jetstream.Msg, meta *jetstream.MsgMetadata) delivery {
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
func (j *job) attempt(work context.Context, v messages.Verified) result {
	if err := j.w.first(v, j.delivery); err != nil {
		failure := refusal(work, err)
		return result{verdict: j.judge(failure, v), failure: failure}
	}
	if !j.hold(work, v) {
		return j.postpone(v)
	}
	ctx, cancel := j.w.until(work, v, j.w.bounds.Load().timeout)
	defer cancel()
	again, err := j.w.once(ctx, v, j.delivery)
	if err != nil {
		failure := refusal(ctx, err)
		j.w.outage.note(failure, j.w.deps.Clock())
		return result{verdict: j.judge(failure, v), failure: failure}
	}
	if j.begunBefore(v, again) && j.attempts > j.allowance(v) {
		if failure := j.suspect(ctx, v); failure != nil {
			return result{verdict: j.judge(failure, v), failure: failure}
		}
	}
	j.w.reach(afterLedger, v)
	body, err := j.w.perform(ctx, request{Verified: v, again: again, trace: &j.trace})
	j.w.reach(afterEffect, v)
	failure := j.w.failure(ctx, v, err)
	if failure == nil {
		return result{verdict: acknowledge, body: body}
	}
	r := result{verdict: j.judge(failure, v), failure: failure}
	if r.verdict == tryAgain && j.attempts >= j.allowance(v) {
		j.remember(work, v)
	}
	return r
}

// begunBefore tells whether an earlier delivery may have been worked on: again is
// the ledger's word. Of one that only reads the ledger knows nothing.
func (j *job) begunBefore(v messages.Verified, again bool) bool { return again || !v.Op().Changes() }

// judge tells what becomes of a job that failed.
func (j *job) judge(failure *messages.Error, v messages.Verified) verdict {
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
func (j *job) allowance(v messages.Verified) uint64 {
	allowed := uint64(j.w.cfg.MaxAttempts)
	if perSecond, _ := v.Rate(); perSecond > 0 {
		allowed += j.w.putOff.most(j.age()) + lastWaits
	}
	return allowed
}

// conclude tells the caller, then settles: if the worker dies in between, the
// job comes again and the caller is told again. It comes again too if the answer
// could not be sent.
func (j *job) conclude(work context.Context, v messages.Verified, r result) {
	w := j.w
	switch r.verdict {
	case acknowledge:
		w.audit.performed(work, v, &j.trace, r.failure)
		told := j.tell(v, r.body, r.failure)
		w.buffers.put(r.body)
		if told {
			w.settle.done(j.message)
		}
	case putOff:
		w.metrics.rateDelays.Inc()
		w.settle.retry(j.message, r.after)
	case tryAgain:
		w.settle.retry(j.message, w.retry.after(j.attempts))
	case bury:
		j.giveUp(work, v, r.failure)
	case drop:
		w.replayed(work, v)
		w.settle.terminate(j.message, string(messages.CodeReplayed))
	}
}

// giveUp ends a job that is not done. One that only reads is no dead letter:
// nobody waits for what it would have changed, and keys that may not write
// must not fill a disk.
func (j *job) giveUp(work context.Context, v messages.Verified, failure *messages.Error) {
	w := j.w
	switch {
	case !v.Op().Changes():
		w.audit.notDone(work, v, failure)
		if j.tell(v, nil, failure) {
			w.settle.terminate(j.message, string(failure.Code))
		}
	case failure.Code == messages.CodeRateLimited:
		w.audit.notDone(work, v, failure)
		j.bury(work, v, failure)
	default:
		w.audit.performed(work, v, &j.trace, failure)
		j.bury(work, v, failure)
	}
}

// bury copies a job to the dead letters, tells the caller, and only then
// terminates it. If it cannot be copied it stays a job.
func (j *job) bury(work context.Context, v messages.Verified, failure *messages.Error) {
	w := j.w
	ctx, cancel := context.WithTimeout(work, w.bounds.Load().timeout)
	defer cancel()
	fresh, err := w.copyToDead(ctx, j.delivery, v, failure)
	if err != nil {
		w.deps.Logger.Error().Err(err).Str("request", v.ID()).Msg("a job could not be copied to the dead letters: it stays in the queue")
		w.settle.retry(j.message, w.retry.after(j.attempts))
		return
	}
	if fresh { // a letter that was there already has been counted
		w.metrics.dead.WithLabelValues(string(failure.Code)).Inc()
	}
	if j.tell(v, nil, failure) {
		w.settle.terminate(j.message, string(failure.Code))
	}
}

// tell sends the caller its answer. If that cannot be sent, which is so while the
// connection is away, the job is put off, and who has it then tells the caller: the
// connection may be there again before the job could be settled.
func (j *job) tell(v messages.Verified, body []byte, failure *messages.Error) bool {
	j.w.reach(beforeReply, v)
	err := j.w.respond(v, body, failure)
	j.w.reach(afterReply, v)
	if err != nil {
		j.w.outage.note(messages.Caused(messages.CodeUnavailable, err, "no connection"), j.w.deps.Clock()) // not the job's fault
		j.w.settle.retry(j.message, j.w.retry.after(j.attempts))
	}
	return err == nil
}
