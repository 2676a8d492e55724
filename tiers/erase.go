package tiers

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/page"
)

// Messages are removed one by one, by their sequences, and many at a time. A
// purge by subject would be one request for an owner, but the server looks for
// what matches in every block from the owner's first message to its last, with
// the stream locked: with 50,000 messages of others in between that took 2 ms,
// and half of what a server did for stores was purging for compaction
// (nats-server 2.15.2). A removal by sequence costs the same in any stream.

// eraseBatch is how many removals are on their way at once.
const eraseBatch = 64

// errDenied means that the bucket was made to refuse removals.
var errDenied = errors.New("the bucket refuses to remove messages by their sequences")

// remove removes segments, and nothing that is newer. The oldest goes first
// and by itself: its being there is the condition of a merge.
func (t *tier) remove(ctx context.Context, wildcard string, segs []page.Stored) error {
	if len(segs) == 0 {
		return nil
	}
	seqs := make([]uint64, 0, len(segs))
	for _, s := range segs[1:] {
		seqs = append(seqs, s.Seq)
	}
	err := t.erase(ctx, segs[0].Seq)
	if err == nil {
		err = t.erase(ctx, seqs...)
	}
	if errors.Is(err, errDenied) {
		return t.purgeEach(ctx, wildcard, segs)
	}
	return err
}

// erase removes messages by their sequences. One that is gone already is no error.
func (t *tier) erase(ctx context.Context, seqs ...uint64) error {
	for len(seqs) > 0 {
		batch := seqs[:min(eraseBatch, len(seqs))]
		if err := t.retryWrite(ctx, func() error { return t.eraseAtOnce(ctx, batch) }); err != nil {
			return err
		}
		seqs = seqs[len(batch):]
	}
	return nil
}

// eraseAtOnce sends all removals, then takes their answers.
func (t *tier) eraseAtOnce(ctx context.Context, seqs []uint64) error {
	calls := make([]*call, 0, len(seqs))
	var failed error
	for _, seq := range seqs {
		body := strconv.AppendUint([]byte(`{"no_erase":true,"seq":`), seq, 10)
		c, err := t.mux.send("$JS.API.STREAM.MSG.DELETE."+t.stream, append(body, '}'), true)
		if err != nil {
			failed = err
			break
		}
		calls = append(calls, c)
	}
	for _, c := range calls {
		failed = errors.Join(failed, t.erased(ctx, c))
		t.mux.release(c)
	}
	return failed
}

// erased takes the answer to one removal.
func (t *tier) erased(ctx context.Context, c *call) error {
	var reply struct {
		Error *jetstream.APIError `json:"error"`
	}
	if err := c.apiReply(ctx, t.cfg.Write.Attempt, &reply); err != nil || reply.Error == nil {
		return err
	}
	return removalError(reply.Error)
}

// removalError is nil if the message was gone already, which the server says
// in two ways: with a code of its own, or with words under a general code.
func removalError(e *jetstream.APIError) error {
	switch {
	case e.ErrorCode == errNoSequence:
		return nil
	case e.ErrorCode == errDeleteFailed && strings.Contains(e.Description, "not permitted"):
		return errDenied
	case e.ErrorCode == errDeleteFailed && (strings.Contains(e.Description, "no message found") || strings.Contains(e.Description, "EOF")):
		return nil
	default:
		return e
	}
}

// purgeEach removes segments of a bucket that an earlier version made, by their
// exact subjects and no further than their own sequences.
func (t *tier) purgeEach(ctx context.Context, wildcard string, segs []page.Stored) error {
	for _, s := range segs {
		err := t.retryWrite(ctx, func() error { return t.purgeUpTo(ctx, t.stream, segmentSubject(wildcard, s.Name), s.Seq) })
		if err != nil {
			return err
		}
	}
	return nil
}
