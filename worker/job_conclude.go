package worker

import (
	"context"
	"errors"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// conclude tells the caller, then settles: if the worker dies in between, the
// job comes again and the caller is told again. It comes again too if the answer
// could not be sent.
func (j *job) conclude(work context.Context, v envelope.Verified, r result) {
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
func (j *job) giveUp(work context.Context, v envelope.Verified, failure *messages.Error) {
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
func (j *job) bury(work context.Context, v envelope.Verified, failure *messages.Error) {
	if !j.writeLetter(work, v, failure, nil) {
		j.w.settle.retry(j.message, j.w.retry.after(j.attempts))
		return
	}
	if !j.tell(v, nil, failure) {
		return
	}
	j.noteLetter(work, v, failure.Code)
	if err := j.answerLost(v); err != nil {
		j.untold(err)
		return
	}
	j.w.settle.terminate(j.message, string(failure.Code))
}

// tell sends the caller its answer. If that cannot be sent, which is so while the
// connection is away, the job is put off, and who has it then tells the caller: the
// connection may be there again before the job could be settled.
func (j *job) tell(v envelope.Verified, body []byte, failure *messages.Error) bool {
	j.w.reach(beforeReply, v)
	j.countMoves()
	err := j.w.respond(v, body, failure)
	j.w.reach(afterReply, v)
	if err != nil {
		j.untold(err)
	}
	return err == nil
}

// untold puts a job off whose caller could not be told, which is not the job's fault.
func (j *job) untold(err error) {
	j.w.outage.note(messages.Caused(messages.CodeUnavailable, err, "no connection"), j.w.deps.Clock())
	j.w.settle.retry(j.message, j.w.retry.after(j.attempts))
}

// errAnswersLost means that answers may have gone with the connection.
var errAnswersLost = errors.New("the connection that answers were sent on was lost")

// countMoves is for before a job is answered.
func (j *job) countMoves() { j.moves = j.w.deps.Conn.Stats().Reconnects }

// answerLost tells of a job that was answered, and is to be settled, that the connection
// was lost in between: it may have taken the answer with it, and not the settlement.
func (j *job) answerLost(v envelope.Verified) error {
	if v.Reply() != "" && j.w.deps.Conn.Stats().Reconnects != j.moves {
		return errAnswersLost
	}
	return nil
}
