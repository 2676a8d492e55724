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
// work's own: when it has ended, that is why a tier did not answer.
func refusal(ctx context.Context, err error) *messages.Error {
	var coded *messages.Error
	isCoded := errors.As(err, &coded)
	if isCoded && coded.Code != messages.CodeUnavailable {
		return coded
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return messages.Caused(messages.CodeDeadline, err, "no result before the request's deadline: allow more time, or try again")
	case ctx.Err() != nil:
		return messages.Caused(messages.CodeUnavailable, err, "the worker was stopped while it worked on this: try again")
	case isCoded:
		return coded
	default:
		return messages.Caused(messages.CodeInternal, err, internalMessage)
	}
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
