package worker

import (
	"context"
	"errors"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// refuse ends a job that failed verification. Nobody is told, since it proved
// nothing, and it leaves no letter. One whose life was over before a worker took it
// is lost by that, so it is told apart: in what is counted, and in the audit. One
// that could not be judged, for a defect, comes again as often as it may fail:
// another worker, of another build, may judge it.
func (j *job) refuse(work context.Context, err error) *messages.Error {
	failure := refusal(work, err)
	late := j.isLate(failure)
	var why *envelope.Refusal
	if late && errors.As(err, &why) {
		why.Proved = true
	}
	j.w.refused(work, j.delivery, err)
	switch {
	case late:
		j.w.settle.expire(j.message)
	case failure.Code == messages.CodeInternal && j.attempts < uint64(j.w.cfg.MaxAttempts):
		j.w.settle.retry(j.message, j.w.retry.after(j.attempts))
	default:
		j.w.settle.terminate(j.message, string(failure.Code))
	}
	return failure
}

// isLate tells whether a job is only too late: it would have been taken as it came.
func (j *job) isLate(failure *messages.Error) bool {
	if failure.Code != messages.CodeExpired {
		return false
	}
	_, err := j.w.verify(j.delivery, j.streamTime)
	return err == nil
}
