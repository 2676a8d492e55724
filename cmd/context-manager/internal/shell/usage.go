package shell

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// A UsageError is a command line that makes no sense.
type UsageError struct {
	Err     error  // in words
	Command string // whose help tells more; "" is the one that ran
}

// Error says what makes no sense.
func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap is the cause.
func (e *UsageError) Unwrap() error { return e.Err }

// Usagef makes a UsageError for what flags alone cannot tell.
func Usagef(format string, args ...any) error {
	return &UsageError{Err: fmt.Errorf(format, args...)}
}

// Refused is the wrong usage that a check of the protocol tells of, nil if it
// found nothing. What can be judged without a worker is, before anything is
// connected to: a refusal by one is a failure like any other.
func Refused(err error) error {
	if err == nil {
		return nil
	}
	return &UsageError{Err: Plainly(err)}
}

// Plainly leaves out of a refusal the code that it has on the wire, and what is
// about a request that a person never sees, which has one item.
func Plainly(err error) error {
	var refusal *messages.Error
	if errors.As(err, &refusal) {
		return errors.New(strings.ReplaceAll(refusal.Message, "items[0].", ""))
	}
	return err
}

// AtLeast refuses a time so short that it would be worse than none.
func AtLeast(flag string, value, least time.Duration) error {
	if value >= least {
		return nil
	}
	return fmt.Errorf("%s must be at least %s", flag, least)
}

// Positive refuses a flag that is 0 or less, which would not mean what it says:
// further down 0 is what was not given. What the types of flags alone cannot tell
// is judged by such checks in Validate methods, which kong calls once it has
// parsed: their errors are wrong usage.
func Positive[T ~int | ~int64](flag string, value T) error {
	if value > 0 {
		return nil
	}
	return fmt.Errorf("%s must be above 0", flag)
}
