package worker

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/context-manager/context-manager/messages"
)

const internalMessage = "the worker failed: this is a defect, its log says more"

// refusal is the coded error that err is, or that it comes to. ctx is the
// work's own, of until: when it has ended, that is why a tier did not answer.
//
// Whose end it was decides. Who stopped the worker, or gave the work less time
// than the request had, says nothing of the request: it is the tier that did not
// answer in time. But work that was not done in that time, with all answers
// there, is more than a worker does.
func refusal(ctx context.Context, err error) *messages.Error {
	var coded *messages.Error
	isCoded := errors.As(err, &coded)
	switch {
	case isCoded && coded.Code != messages.CodeUnavailable && coded.Code != messages.CodeDeadline:
		return coded
	case errors.Is(ctx.Err(), context.Canceled):
		return messages.Caused(messages.CodeUnavailable, err, "the worker was stopped while it worked on this: try again")
	case isCoded && endsEarly(ctx):
		unanswered := *coded
		unanswered.Code = messages.CodeUnavailable
		return &unanswered
	case ctx.Err() != nil:
		return messages.Caused(messages.CodeDeadline, err, "no result before the request's deadline: allow more time, or try again")
	case isCoded:
		return coded
	default:
		return messages.Caused(messages.CodeInternal, err, internalMessage)
	}
}

// noted is refusal, of what is noted if it tells of an outage.
func (w *Worker) noted(ctx context.Context, err error) *messages.Error {
	failure := refusal(ctx, err)
	w.outage.note(failure, w.deps.Clock())
	return failure
}

// codeName is the metric label of an outcome.
func codeName(err *messages.Error) string {
	if err == nil {
		return "ok"
	}
	return string(err.Code)
}

func describePanic(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", p)
}
