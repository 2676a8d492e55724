package tiers

import (
	"context"
	"errors"
	"strconv"
	"time"

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

// rest completes a batch that did not fit in one answer: the later segments as
// they were at the sequence of the first. If compaction moved some of them
// meanwhile, their number is short, and the read starts over.
func (t *tier) rest(ctx context.Context, wildcard string, b batch, atMost time.Duration) (batch, error) {
	for b.more > 0 {
		next, err := t.ask(ctx, wildcard, t.appendMultiLast(nil, wildcard, b.segs[len(b.segs)-1].Seq+1, b.upTo), atMost)
		if err != nil {
			return batch{}, lengthy(err)
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

// ask sends one direct get of an owner's segments and waits for its answer.
func (t *tier) ask(ctx context.Context, wildcard string, body []byte, atMost time.Duration) (batch, error) {
	c, err := t.mux.send(t.direct, body, false)
	if err != nil {
		return batch{}, err
	}
	defer t.mux.release(c)
	return t.answer(ctx, c, wildcard, atMost)
}

func (t *tier) answer(ctx context.Context, c *call, wildcard string, atMost time.Duration) (batch, error) {
	replies, err := c.wait(ctx, atMost)
	if err != nil {
		return batch{}, err
	}
	b, err := parseBatch(wildcard, replies)
	if err == nil && !b.none && !c.part {
		err = checkWhole(replies)
	}
	if errors.Is(err, errStray) {
		t.log.Error().Str("tier", t.label).Msg("an answer held what is another owner's, and was not used: report this")
	}
	t.noteForeign(b)
	return b, err
}

// walk reads an owner with more segments than multi_last allows, by a walk
// through the stream: slower, so the owner is given to compaction.
func (t *tier) walk(ctx context.Context, wildcard string, from uint64) (batch, error) {
	t.met.walks.Inc()
	t.urge(wildcard)
	b := batch{upTo: max(1, from) - 1}
	for next := from; ; {
		part, err := t.ask(ctx, wildcard, t.appendNextBySubject(nil, wildcard, next), t.cfg.Read.Deadline)
		if walkEnd(err) && from > 0 && next == from {
			return b, nil // nothing is newer
		}
		if walkEnd(err) { // there was more, the server said, or it would not have come to a walk
			err = errChanging
		}
		if err != nil {
			return batch{}, err
		}
		b.add(part)
		if len(b.segs) > 0 {
			b.upTo = b.segs[len(b.segs)-1].Seq
		}
		if part.more == 0 || len(part.segs) == 0 {
			return b, nil
		}
		next = b.upTo + 1
	}
}
