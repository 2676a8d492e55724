package tiers

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/page"
)

// A statusError is an error status in a reply to a direct get.
type statusError struct{ status, text string }

func (e *statusError) Error() string { return "direct get: " + e.status + " " + e.text }

// errStray means that a reply holds what is not the owner's who was asked for.
// That cannot be unless replies went astray: nothing of them is used.
var errStray = fmt.Errorf("a reply holds what is another owner's: %w", errLost)

// parseBatch reads the replies to a batched direct get of an owner's segments,
// the last of which is a status.
func parseBatch(wildcard string, replies []*nats.Msg) (batch, error) {
	last := len(replies) - 1
	b, err := parseEnd(replies[last])
	if err != nil || b.none || last == 0 {
		return b, err
	}
	b.segs = make([]page.Stored, 0, last)
	for _, msg := range replies[:last] {
		seq, err := parseHeader(msg.Header, sequenceHeader, false)
		if err != nil {
			return batch{}, err
		}
		subject := msg.Header.Get(subjectHeader)
		if !isUnder(wildcard, subject) {
			return batch{}, errStray
		}
		b.take(page.Stored{Name: segmentName(subject), Seq: seq, Data: msg.Data})
		b.read(seq, subject, msg.Header)
	}
	return b, nil
}

// checkWhole tells whether replies were lost: each names its predecessor, and
// the end the last one.
func checkWhole(replies []*nats.Msg) error {
	last := len(replies) - 1
	var previous uint64
	for _, msg := range replies[:last] {
		seq, before, err := parseSequences(msg.Header)
		if err != nil {
			return err
		}
		if before != previous {
			return errLost
		}
		previous = seq
	}
	return checkLast(replies[last].Header, previous)
}

// read notes what a segment's headers say of it.
func (b *batch) read(seq uint64, subject string, h nats.Header) {
	if after, ok := conditionOf(h, subject); ok {
		b.conds = append(b.conds, conditional{seq: seq, after: after})
	}
	if len(h[againHeader]) > 0 {
		b.again = append(b.again, seq)
	}
}

func parseEnd(msg *nats.Msg) (batch, error) {
	switch status := msg.Header.Get(statusHeader); status {
	case statusEnd:
		upTo, err := parseHeader(msg.Header, upToHeader, true)
		if err != nil {
			return batch{}, err
		}
		more, err := parseHeader(msg.Header, pendingHeader, true)
		return batch{upTo: upTo, more: more}, err
	case statusNone:
		return parseNone(msg.Header.Get(descriptionHeader))
	case statusTooMany:
		return batch{}, errTooMany
	case statusNoOne:
		return batch{}, nats.ErrNoResponders
	default:
		return batch{}, &statusError{status: status, text: msg.Header.Get(descriptionHeader)}
	}
}

// parseNone reads a 404. The server says "No Results" when no subject matches,
// which of all segments of an owner means that there are none. To the same
// request it says "Message Not Found" of one that is there and could not be
// loaded: then it is not known what the owner has, and a read is tried again.
// Walks get the same words at their end: see walkEnd.
func parseNone(text string) (batch, error) {
	if text == noResults {
		return batch{none: true}, nil
	}
	return batch{}, &unloadedError{text: text}
}

// An unloadedError means that something that is asked for was not given.
type unloadedError struct{ text string }

func (e *unloadedError) Error() string { return "direct get: 404 " + e.text }

// Is makes it passing: what is there may be given to the next try. It is no
// fault of the tier: one message that cannot be loaded is one owner's.
func (e *unloadedError) Is(target error) bool { return target == errChanging }

// walkEnd tells whether a request by next_by_subj failed since nothing is left
// from there on. The server has the same words for a message that it could not
// load, and no others.
func walkEnd(err error) bool {
	var e *unloadedError
	return errors.As(err, &e) && e.text == notFound
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
		err = errLost
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
