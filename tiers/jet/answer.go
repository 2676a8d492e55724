package jet

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
)

// Replies are what came to one request. Those to a direct get are messages as
// the stream has them, in order, and a status at the end.
type Replies []*nats.Msg

// An End is what the status at the end of an answer tells.
type End struct {
	UpTo uint64 // the sequence up to which the messages are all there are; 0: the server did not say
	More uint64 // messages that did not fit in this answer
	None bool   // there is nothing at all under the wildcard: the server says so without a sequence
}

var (
	// ErrTooMany means that more subjects match than one request allows.
	ErrTooMany = errors.New("more subjects match than a batched get allows")
	// ErrLost means that an answer is not whole.
	ErrLost = errors.New("a reply of a batched get was lost")
	// ErrChanging means that what is asked for changed meanwhile, or that
	// something that is there was not given. The next try may do better.
	ErrChanging = errors.New("what was asked for changed while it was read")
)

const (
	statusHeader  = "Status"
	statusEnd     = "204"
	statusNone    = "404"
	statusTooMany = "413"
	statusNoOne   = "503"

	descriptionHeader = "Description" // what nats.go makes of the words after a status
	noResults         = "No Results"
	notFound          = "Message Not Found"

	streamHeader   = "Nats-Stream"
	subjectHeader  = "Nats-Subject"
	sequenceHeader = "Nats-Sequence"
	beforeHeader   = "Nats-Last-Sequence" // of the message before this one in the same answer
	pendingHeader  = "Nats-Num-Pending"
	upToHeader     = "Nats-UpTo-Sequence"
)

// A StatusError is an error status in a reply to a direct get.
type StatusError struct{ Status, Text string }

func (e *StatusError) Error() string { return "direct get: " + e.Status + " " + e.Text }

// Messages are the replies without the status.
func (r Replies) Messages() []*nats.Msg { return r[:len(r)-1] }

// End reads the status. An error one is ErrTooMany, nats.ErrNoResponders, one
// that is ErrChanging, or a StatusError.
func (r Replies) End() (End, error) {
	h := r[len(r)-1].Header
	switch status := h.Get(statusHeader); status {
	case statusEnd:
		upTo, err := parseHeader(h, upToHeader, true)
		if err != nil {
			return End{}, err
		}
		more, err := parseHeader(h, pendingHeader, false)
		return End{UpTo: upTo, More: more}, err
	case statusNone:
		return parseNone(h.Get(descriptionHeader))
	case statusTooMany:
		return End{}, ErrTooMany
	case statusNoOne:
		return End{}, nats.ErrNoResponders
	default:
		return End{}, &StatusError{Status: status, Text: h.Get(descriptionHeader)}
	}
}

// parseNone reads a 404. The server says "No Results" when no subject matches,
// which of all there is under a wildcard means that there is nothing. To the same
// request it says "Message Not Found" of one that is there and could not be
// loaded: then it is not known what there is, and a read is tried again.
// Walks get the same words at their end: see NothingNext.
func parseNone(text string) (End, error) {
	if text == noResults {
		return End{None: true}, nil
	}
	return End{}, &unloadedError{text: text}
}

// An unloadedError means that something that is asked for was not given.
type unloadedError struct{ text string }

func (e *unloadedError) Error() string { return "direct get: 404 " + e.text }

// Is makes it passing: what is there may be given to the next try. It is no
// fault of the server's as a whole: one message that cannot be loaded is one reader's.
func (e *unloadedError) Is(target error) bool { return target == ErrChanging }

// NothingNext tells whether a Walk failed since nothing is left from there on.
// The server has the same words for a message that it could not load, and no others.
func NothingNext(err error) bool {
	var e *unloadedError
	return errors.As(err, &e) && e.text == notFound
}

// StreamOf names the stream that gave a message to a direct get: a mirror answers, too.
func StreamOf(msg *nats.Msg) string { return msg.Header.Get(streamHeader) }

// PlaceOf is where the stream has a message that a direct get gave.
func PlaceOf(msg *nats.Msg) (subject string, seq uint64, err error) {
	seq, err = parseHeader(msg.Header, sequenceHeader, false)
	return msg.Header.Get(subjectHeader), seq, err
}

// whole tells whether replies were lost: each names its predecessor, and the
// end the last one.
func (r Replies) whole() error {
	var previous uint64
	for _, msg := range r.Messages() {
		seq, before, err := parseSequences(msg.Header)
		if err != nil {
			return err
		}
		if before != previous {
			return ErrLost
		}
		previous = seq
	}
	return checkLast(r[len(r)-1].Header, previous)
}

func parseSequences(h nats.Header) (seq, before uint64, err error) {
	if seq, err = parseHeader(h, sequenceHeader, false); err != nil {
		return 0, 0, err
	}
	before, err = parseHeader(h, beforeHeader, false)
	return seq, before, err
}

// checkLast compares the last message with what the end says it was.
func checkLast(h nats.Header, previous uint64) error {
	want, err := parseHeader(h, beforeHeader, false)
	if err == nil && want != previous {
		err = ErrLost
	}
	return err
}

func parseHeader(h nats.Header, name string, optional bool) (uint64, error) {
	text := h.Get(name)
	if text == "" && optional {
		return 0, nil
	}
	v, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("direct get: header %s: %w", name, err)
	}
	return v, nil
}
