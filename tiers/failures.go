package tiers

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// JetStream's error codes that nats.go has no name for.
const (
	errWrongLastSequence jetstream.ErrorCode = 10071
	errSequenceBusy      jetstream.ErrorCode = 10164 // another publish with the same condition is on its way
	errMessageTooLarge   jetstream.ErrorCode = 10054
	errStoreFailed       jetstream.ErrorCode = 10077 // the stream's byte limit, or the disk
	errNoResources       jetstream.ErrorCode = 10023
	errNoMessage         jetstream.ErrorCode = 10037
	errNoSequence        jetstream.ErrorCode = 10043
	errDeleteFailed      jetstream.ErrorCode = 10057
	errNoPeers           jetstream.ErrorCode = 10005 // too few servers to place a stream on
	errNoCluster         jetstream.ErrorCode = 10074 // a server alone keeps no replicas
	errNoStorage         jetstream.ErrorCode = 10047 // less is left than a stream's byte limit sets aside
)

// apiCode is the code of an error of JetStream's API, 0 for any other.
func apiCode(err error) jetstream.ErrorCode {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.ErrorCode
	}
	return 0
}

// transient tells whether an error of NATS may pass by itself.
func transient(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.Code >= 500 && api.ErrorCode != errMessageTooLarge && api.ErrorCode != errNoCluster
	}
	return errors.Is(err, nats.ErrNoResponders) || errors.Is(err, nats.ErrTimeout) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrDisconnected) ||
		errors.Is(err, nats.ErrConnectionReconnecting) || errors.Is(err, nats.ErrReconnectBufExceeded) ||
		errors.Is(err, jetstream.ErrNoStreamResponse)
}

// unanswered tells whether a request got no answer, or one that says to ask again.
func unanswered(err error) bool { return transient(err) || errors.Is(err, errTimeout) }

// passing tells whether what went wrong with a read or a write may go well in a moment.
func passing(err error) bool {
	return unanswered(err) || errors.Is(err, errBehind) || errors.Is(err, errChanging) || errors.Is(err, errLost)
}

// conflicted tells whether the condition of a publish did not hold.
func conflicted(err error) bool {
	code := apiCode(err)
	return code == errWrongLastSequence || code == errSequenceBusy
}

// tooLarge tells whether a message is larger than connection or stream take.
func tooLarge(err error) bool {
	return errors.Is(err, nats.ErrMaxPayload) || apiCode(err) == errMessageTooLarge
}

// full tells whether the server refused to store: repeating at once is of no use.
func full(err error) bool {
	code := apiCode(err)
	return code == errStoreFailed || code == errNoResources
}
