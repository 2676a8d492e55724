package connect

import (
	"errors"
	"strings"

	"github.com/context-manager/context-manager/messages/client"
)

// A lateError is an answer that did not come in time. The client's own words
// for it are for programs.
type lateError struct{ error }

func (e *lateError) Unwrap() error { return e.error }

func (e *lateError) Error() string {
	return strings.ReplaceAll(e.error.Error(), client.ErrNoReply.Error(), "no reply in time: give it more with --timeout, or look at the workers' /health")
}

func late(err error) error {
	if errors.Is(err, client.ErrNoReply) {
		return &lateError{err}
	}
	return err
}
