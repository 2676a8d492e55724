package messages

import (
	"errors"
	"fmt"
	"time"
)

// Code is a machine-readable reason, stable across versions.
type Code string

// The codes. Each has one HTTP-like status, carried in Nats-Service-Error-Code.
const (
	CodeTooLarge         Code = "too_large"         // message, headers, batch or item above a limit
	CodeBadEnvelope      Code = "bad_envelope"      // a header is missing, doubled or malformed
	CodeUnauthorized     Code = "unauthorized"      // key unknown or signature wrong: the two read the same
	CodeOutsideWindow    Code = "outside_window"    // Ctx-Time too far from the clock
	CodeExpired          Code = "expired"           // its life was over before a worker took it
	CodeForbidden        Code = "forbidden"         // the key may not do this, here
	CodeReplayed         Code = "replayed"          // the request id has been seen
	CodeBadJSON          Code = "bad_json"          // not JSON, too deep, a key twice, an unknown field, a wrong type
	CodeBadRequest       Code = "bad_request"       // well-formed, but not valid
	CodeUnknownOperation Code = "unknown_operation" // the subject names none
	CodeNotFound         Code = "not_found"         // no such item
	CodeConflict         Code = "conflict"          // the item changed since the revision given
	CodeRateLimited      Code = "rate_limited"      // the key's rate is used up: wait
	CodeOverloaded       Code = "overloaded"        // this worker is full: try again, another may answer
	CodeUnavailable      Code = "unavailable"       // a tier that was needed did not answer
	CodeDeadline         Code = "deadline"          // no result before Ctx-Expires, or more work than a worker gives time for
	CodeDraining         Code = "draining"          // this worker is shutting down: try again
	CodeInternal         Code = "internal"          // a defect; the log says more
)

// Codes lists them all.
func Codes() []Code {
	return []Code{
		CodeTooLarge, CodeBadEnvelope, CodeUnauthorized, CodeOutsideWindow, CodeExpired, CodeForbidden, CodeReplayed, CodeBadJSON, CodeBadRequest,
		CodeUnknownOperation, CodeNotFound, CodeConflict, CodeRateLimited, CodeOverloaded, CodeUnavailable, CodeDeadline, CodeDraining, CodeInternal,
	}
}

// Status is the code's HTTP-like number.
func (c Code) Status() int {
	switch c {
	case CodeTooLarge:
		return 413
	case CodeBadEnvelope, CodeBadJSON, CodeBadRequest:
		return 400
	case CodeUnauthorized, CodeOutsideWindow, CodeExpired:
		return 401
	case CodeForbidden:
		return 403
	case CodeNotFound, CodeUnknownOperation:
		return 404
	case CodeReplayed, CodeConflict:
		return 409
	case CodeRateLimited:
		return 429
	case CodeOverloaded, CodeUnavailable, CodeDraining:
		return 503
	case CodeDeadline:
		return 504
	default:
		return 500
	}
}

// Retryable tells whether the same request, signed anew, may succeed later.
func (c Code) Retryable() bool {
	switch c {
	case CodeRateLimited, CodeOverloaded, CodeUnavailable, CodeDeadline, CodeDraining:
		return true
	default:
		return false
	}
}

// An Error is a refusal with a code for programs and a message for people
// that says what to do. It is the JSON body of an error reply.
type Error struct {
	Code         Code   `json:"code"`
	Message      string `json:"message"`
	Retryable    bool   `json:"retryable"`
	RetryAfterMS int64  `json:"retry_after_ms,omitempty"`
	// Revision is the item's current revision, with CodeConflict.
	Revision uint64 `json:"revision,omitempty"`

	cause error
}

// Error returns the code and the message.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Unwrap returns the cause, which is for logs and never sent.
func (e *Error) Unwrap() error { return e.cause }

// Is makes two errors with one code match, so errors.Is(err, &Error{Code: c}) works.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

// Errorf makes an Error. A %w operand becomes its cause.
func Errorf(code Code, format string, args ...any) *Error {
	wrapped := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: wrapped.Error(), Retryable: code.Retryable(), cause: errors.Unwrap(wrapped)}
}

// Caused makes an Error whose message hides its cause from the caller.
func Caused(code Code, cause error, message string) *Error {
	return &Error{Code: code, Message: message, Retryable: code.Retryable(), cause: cause}
}

// After sets how long a caller should wait before it tries again, no less: who
// comes sooner by a part of a millisecond is refused again.
func (e *Error) After(d time.Duration) *Error {
	e.RetryAfterMS = d.Milliseconds()
	if d > time.Duration(e.RetryAfterMS)*time.Millisecond {
		e.RetryAfterMS++
	}
	e.RetryAfterMS = max(1, e.RetryAfterMS)
	return e
}

// CodeOf returns the code of the first Error in err's chain, or CodeInternal.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// HasCode tells whether an Error with this code is in err's chain.
func HasCode(err error, code Code) bool {
	if err == nil { // as nearly always
		return false
	}
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

// MessageOf returns the message of the first Error in err's chain, without its code.
func MessageOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

// Placed makes an Error with err's code and message, and puts before the message,
// which begins with a field's name or a space, where that was. It is called once
// there is an error, not before: a batch has thousands of fields, and nearly all
// of them are good.
func Placed(err error, format string, args ...any) error {
	return Errorf(CodeOf(err), "%s%s", fmt.Sprintf(format, args...), MessageOf(err))
}
