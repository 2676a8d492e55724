package jet

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrTimeout means that no answer came in the time that was given for it. Of
// what would have changed something it is not known whether it did.
var ErrTimeout = errors.New("no answer in time")

// ErrLengthy means that an answer had begun when its time was up.
var ErrLengthy = fmt.Errorf("what there is did not come in time: %w", ErrTimeout)

// JetStream's error codes that nats.go has no name for.
const (
	CodeNoPeers     jetstream.ErrorCode = 10005 // too few servers to place a stream on
	CodeNoResources jetstream.ErrorCode = 10023
	CodeNoStorage   jetstream.ErrorCode = 10047 // less is left than a stream's byte limit sets aside
	CodeNoCluster   jetstream.ErrorCode = 10074 // a server alone keeps no replicas
)

const (
	codeStoreFailed jetstream.ErrorCode = 10077 // a stream at its byte limit, or a full disk
	codeAccountFull jetstream.ErrorCode = 10002 // an account at its byte limit
)

// codeContended is the code of a publish while another one with the same
// condition is on its way.
const codeContended = jetstream.JSErrCodeStreamWrongLastSequenceConstant

// CodeOf is the code of an error of JetStream's API, 0 for any other.
func CodeOf(err error) jetstream.ErrorCode {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.ErrorCode
	}
	return 0
}

// Transient tells whether an error of NATS may pass by itself.
func Transient(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.Code >= 500 && api.ErrorCode != jetstream.JSErrCodeStreamMessageExceedsMaximum && api.ErrorCode != CodeNoCluster
	}
	return errors.Is(err, nats.ErrNoResponders) || errors.Is(err, nats.ErrTimeout) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrDisconnected) ||
		errors.Is(err, nats.ErrConnectionReconnecting) || errors.Is(err, nats.ErrReconnectBufExceeded) ||
		errors.Is(err, jetstream.ErrNoStreamResponse)
}

// Unanswered tells whether a request got no answer, or one that says to ask again.
func Unanswered(err error) bool { return Transient(err) || errors.Is(err, ErrTimeout) }

// Contended tells whether a publish was refused while another one with the same
// condition is on its way, which may be an earlier attempt at it.
func Contended(err error) bool { return CodeOf(err) == codeContended }

// Conflicted tells whether the condition of a publish did not hold.
func Conflicted(err error) bool {
	code := CodeOf(err)
	return code == jetstream.JSErrCodeStreamWrongLastSequence || code == codeContended
}

// TooLarge tells whether a message is larger than connection or stream take.
func TooLarge(err error) bool {
	return errors.Is(err, nats.ErrMaxPayload) || CodeOf(err) == jetstream.JSErrCodeStreamMessageExceedsMaximum
}

// ErrFull is what the server says of a stream at its byte limit.
var ErrFull = &jetstream.APIError{Code: 503, ErrorCode: codeStoreFailed, Description: "maximum bytes exceeded"}

// Full tells whether the server refused to store: repeating at once is of no use.
func Full(err error) bool {
	code := CodeOf(err)
	return code == codeStoreFailed || code == codeAccountFull || code == CodeNoResources
}
