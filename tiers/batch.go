package tiers

import (
	"fmt"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
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
	void  []page.Stored // of segs: those that count for nothing: overtaken, proofs, or no segments
	// foreign is how many of segs were no segments.
	foreign int
}

// errStray means that a reply holds what is not the owner's who was asked for.
// That cannot be unless replies went astray: nothing of them is used.
var errStray = fmt.Errorf("a reply holds what is another owner's: %w", jet.ErrLost)

// parseBatch reads the replies to a batched direct get of an owner's segments.
func parseBatch(wildcard string, replies jet.Replies) (batch, error) {
	end, err := replies.End()
	b := batch{upTo: end.UpTo, more: end.More, none: end.None}
	messages := replies.Messages()
	if err != nil || b.none || len(messages) == 0 {
		if err == nil && b.more > 0 {
			err = jet.ErrLost // there is more than nothing
		}
		return b, err
	}
	b.segs = make([]page.Stored, 0, len(messages))
	for _, msg := range messages {
		subject, seq, err := jet.PlaceOf(msg)
		if err != nil {
			return batch{}, err
		}
		if !jet.Under(wildcard, subject) {
			return batch{}, errStray
		}
		b.take(page.Stored{Name: segmentName(subject), Seq: seq, Data: msg.Data})
		b.read(seq, subject, msg.Header)
	}
	return b, nil
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

// add appends what another answer had.
func (b *batch) add(next batch) {
	b.segs, b.conds, b.bytes = append(b.segs, next.segs...), append(b.conds, next.conds...), b.bytes+next.bytes
	b.again = append(b.again, next.again...)
	b.void, b.foreign = append(b.void, next.void...), b.foreign+next.foreign
}
