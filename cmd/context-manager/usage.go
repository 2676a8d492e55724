package main

import "fmt"

// A usageError is a command line that makes no sense.
type usageError struct {
	err     error
	command string // whose help tells more; run knows it if whoever made the error does not
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usagef makes a usageError for what flags alone cannot tell.
func usagef(format string, args ...any) error {
	return &usageError{err: fmt.Errorf(format, args...)}
}

// positive refuses a flag that is 0 or less, which would not mean what it says:
// further down 0 is what was not given. What the types of flags alone cannot tell
// is judged by such checks in Validate methods, which kong calls once it has
// parsed: their errors are wrong usage.
func positive[T ~int | ~int64](flag string, value T) error {
	if value > 0 {
		return nil
	}
	return fmt.Errorf("%s must be above 0", flag)
}
