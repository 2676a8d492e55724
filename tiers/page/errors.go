package page

import (
	"errors"
	"fmt"
)

// What the parsers and builders of this package report. Test with errors.Is.
var (
	// ErrCorrupt is of bytes that are not what was written.
	ErrCorrupt = errors.New("page: corrupt bytes")
	// ErrVersion is of bytes that a newer program wrote.
	ErrVersion = errors.New("page: unknown format version")
	// ErrSealed is of a segment whose body is encrypted; the error is a *SealedError.
	ErrSealed = errors.New("page: sealed segment")
	// ErrTooLarge is of more items or bytes than the formats can address.
	ErrTooLarge = errors.New("page: too large")
)

// A SealedError is what ParseSegment gives for a sealed segment: all that is
// needed to open it. Its slices alias the bytes that were parsed.
type SealedError struct {
	KeyID string // names the data key
	Nonce []byte
	Body  []byte // ciphertext of a whole plain segment
}

// Error names the key and nothing else.
func (e *SealedError) Error() string {
	return fmt.Sprintf("page: segment is sealed with key %q: open it with that key first", e.KeyID)
}

// Is makes errors.Is(err, ErrSealed) true.
func (e *SealedError) Is(target error) bool { return target == ErrSealed }

// A SegmentError says which segment of an owner could not be read.
type SegmentError struct {
	Seq uint64 // its stream sequence
	Err error
}

// Error gives the sequence and the cause, never content.
func (e *SegmentError) Error() string {
	return fmt.Sprintf("segment at sequence %d: %v", e.Seq, e.Err)
}

// Unwrap gives the cause.
func (e *SegmentError) Unwrap() error { return e.Err }
