package tiers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/page"
)

// A batch is what one batched direct get gave: an owner's segments from some
// sequence on, in order, and the sequence up to which they are all there are.
type batch struct {
	segs  []page.Stored
	upTo  uint64 // 0: the server did not say
	none  bool   // the owner has no segment at all: the server says so without a sequence
	more  uint64 // segments that did not fit in this answer
	bytes int
	conds []conditional // of segs
	again []uint64      // of segs: sequences of those that were published more than once
	void  []page.Stored // of segs: those that count for nothing: overtaken, or no segments
	// foreign is how many of segs were no segments.
	foreign int
}

var (
	errTooMany  = errors.New("the owner has more segments than a batched get allows")
	errLost     = errors.New("a reply of a batched get was lost")
	errChanging = errors.New("the owner's segments changed while they were read")
)

// A statusError is an error status in a reply to a direct get.
type statusError struct{ status, text string }

func (e *statusError) Error() string { return "direct get: " + e.status + " " + e.text }

// appendMultiLast writes the request for the segments of an owner from a
// sequence on. Subjects hold no byte that JSON would escape.
func (t *tier) appendMultiLast(dst []byte, wildcard string, from, upTo uint64) []byte {
	dst = append(dst, `{"multi_last":["`...)
	dst = append(dst, wildcard...)
	dst = append(dst, `"]`...)
	if from > 0 {
		dst = strconv.AppendUint(append(dst, `,"seq":`...), from, 10)
	}
	if upTo > 0 {
		dst = strconv.AppendUint(append(dst, `,"up_to_seq":`...), upTo, 10)
	}
	if from == 0 || upTo > 0 {
		dst = t.appendLimit(dst)
	}
	return append(dst, '}')
}

func (t *tier) appendLimit(dst []byte) []byte {
	return strconv.AppendInt(append(dst, `,"max_bytes":`...), int64(t.cfg.Read.AnswerBytes), 10)
}

// appendNextBySubject writes the same request for owners that have too many
// segments for multi_last. It walks the stream, so it may take milliseconds.
func (t *tier) appendNextBySubject(dst []byte, wildcard string, from uint64) []byte {
	dst = append(dst, `{"batch":1000000,"next_by_subj":"`...)
	dst = append(dst, wildcard...)
	dst = strconv.AppendUint(append(dst, `","seq":`...), max(1, from), 10)
	return append(t.appendLimit(dst), '}')
}

// parseBatch reads the replies to a batched direct get, the last of which is
// a status.
func parseBatch(replies []*nats.Msg) (batch, error) {
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

const (
	subjectHeader  = "Nats-Subject"
	sequenceHeader = "Nats-Sequence"
	beforeHeader   = "Nats-Last-Sequence" // of the message before this one in the same answer
	pendingHeader  = "Nats-Num-Pending"
	upToHeader     = "Nats-UpTo-Sequence"

	descriptionHeader = "Description" // what nats.go makes of the words after a status
	noResults         = "No Results"
	notFound          = "Message Not Found"
)

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

// rest completes a batch that did not fit in one answer: the later segments as
// they were at the sequence of the first. If compaction moved some of them
// meanwhile, their number is short, and the read starts over.
func (t *tier) rest(ctx context.Context, wildcard string, b batch, atMost time.Duration) (batch, error) {
	for b.more > 0 {
		next, err := t.ask(ctx, t.appendMultiLast(nil, wildcard, b.segs[len(b.segs)-1].Seq+1, b.upTo), atMost)
		if err != nil {
			return batch{}, err
		}
		if next.none || uint64(len(next.segs))+next.more != b.more || len(next.segs) == 0 {
			return batch{}, errChanging
		}
		b.add(next)
		b.more = next.more
	}
	return b, nil
}

// add appends what another answer had.
func (b *batch) add(next batch) {
	b.segs, b.conds, b.bytes = append(b.segs, next.segs...), append(b.conds, next.conds...), b.bytes+next.bytes
	b.again = append(b.again, next.again...)
	b.void, b.foreign = append(b.void, next.void...), b.foreign+next.foreign
}

// ask sends one direct get and waits for its answer.
func (t *tier) ask(ctx context.Context, body []byte, atMost time.Duration) (batch, error) {
	c, err := t.mux.send(t.direct, body, false)
	if err != nil {
		return batch{}, err
	}
	defer t.mux.release(c)
	return t.answer(ctx, c, atMost)
}

func (t *tier) answer(ctx context.Context, c *call, atMost time.Duration) (batch, error) {
	replies, err := c.wait(ctx, atMost)
	if err != nil {
		return batch{}, err
	}
	b, err := parseBatch(replies)
	if err == nil && !b.none && !c.part {
		err = checkWhole(replies)
	}
	t.noteForeign(b)
	return b, err
}
