package tiers

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// On a replicated stream the server judges a condition over a wildcard by what
// has been applied. A write to another key of the owner that is proposed and
// not yet applied is not seen, so a conditional segment may be stored although
// another one got in between: under contention, one in six did (measured with
// nats-server 2.15.2, three replicas). Such a segment was overtaken, and it
// counts for nothing:
//
//   - The stored message keeps its condition in its headers: it holds only if
//     no entry of the owner has an origin between the sequence it names and its
//     own. All who read it see what came before it, so all come to one verdict.
//   - Whoever wrote it looks before saying that it is written, and otherwise
//     removes it and reports a conflict.
//   - What proves that nothing was written overtakes nothing, as it is removed
//     again: who reads later could not know.
//   - Merges leave both out. A merge that takes in what came in between and not
//     the overtaken segment keeps the names of what it took in, which tell.
//
// On an unreplicated stream the server's own check is exact.

// A conditional is a segment that was stored under a condition.
type conditional struct {
	seq   uint64
	after uint64 // the newest segment that it knew of
}

// errOvertaken means that another write got in between.
var errOvertaken = errors.New("another write got in between")

// emptySegment stands in for an overtaken one: its sequence counts, for the
// next compare-and-set, and nothing else of it does.
func emptySegment() []byte { return page.AppendSegment(nil, page.Segment{}) }

// conditionOf reads the condition under which a segment was stored. A merged
// one has a condition too, but what it holds was there before.
func conditionOf(h nats.Header, subject string) (after uint64, conditional bool) {
	over := h[jetstream.ExpectedLastSubjSeqSubjHeader]
	if len(over) == 0 || !strings.HasSuffix(over[0], ".>") || isMerged(segmentName(subject)) {
		return 0, false
	}
	after, err := strconv.ParseUint(h.Get(jetstream.ExpectedLastSubjSeqHeader), 10, 64)
	return after, err == nil
}

// conditionStored is the condition under which a message was stored that a
// leader gave, if there was one.
func conditionStored(m *jet.Message) (conditional, bool) {
	after, ok := conditionOf(m.Header(), m.Subject)
	return conditional{seq: m.Seq, after: after}, ok
}

// settle finds the overtaken segments of a batch and empties them. It needs to
// see all that may lie in between: if what is known of the log up to a sequence,
// of which the batch is the rest, has a segment past a condition, what that was is
// not known, and settle returns false. The log must then be loaded whole.
func (b *batch) settle(upTo, newest uint64) (bool, error) {
	if len(b.conds) == 0 {
		return true, nil
	}
	written, err := writtenAt(b.segs)
	if err != nil {
		return false, err
	}
	slices.SortFunc(b.conds, func(x, y conditional) int { return cmp.Compare(x.seq, y.seq) })
	for _, c := range b.conds {
		if newest > c.after && c.seq > upTo {
			return false, nil
		}
		if b.overtaken(written, c) {
			i := slices.IndexFunc(b.segs, func(s page.Stored) bool { return s.Seq == c.seq })
			b.void = append(b.void, page.Stored{Name: b.segs[i].Name, Seq: c.seq})
			b.segs[i].Data = emptySegment()
		}
	}
	return true, nil
}

func (b *batch) isVoid(seq uint64) bool {
	return slices.ContainsFunc(b.void, func(v page.Stored) bool { return v.Seq == seq })
}

// writtenAt gives the sequences at which an owner's entries were written: those
// of its segments, and of what merged ones took in.
func writtenAt(segs []page.Stored) (seqs []uint64, err error) {
	for _, s := range segs {
		if !isMerged(s.Name) {
			seqs = append(seqs, s.Seq)
		} else if seqs, err = page.AppendAbsorbed(seqs, s.Data); err != nil {
			return nil, &page.SegmentError{Seq: s.Seq, Err: err}
		}
	}
	return seqs, nil
}

// overtaken tells whether something of the owner was written between what a
// conditional segment knew of and the segment itself. What is void does not count.
func (b *batch) overtaken(written []uint64, c conditional) bool {
	return slices.ContainsFunc(written, func(seq uint64) bool {
		return c.after < seq && seq < c.seq && !b.isVoid(seq)
	})
}

// loadSound loads an owner's log to merge it: what is void is removed first,
// so that no merge takes its name in.
func (t *tier) loadSound(ctx context.Context, wildcard string) (batch, error) {
	ctx = t.onThisGround(ctx)
	b, err := t.load(ctx, wildcard)
	if err != nil || len(b.void) == 0 {
		return b, err
	}
	for _, v := range b.void { // each is answered: a merge may forget what tells that they are void
		if err := t.remove(ctx, wildcard, []page.Stored{v}); err != nil {
			return batch{}, err
		}
	}
	b.segs = slices.DeleteFunc(b.segs, func(s page.Stored) bool { return b.isVoid(s.Seq) })
	return b, nil
}

// verify tells, of a conditional segment that has been stored, whether it was
// overtaken. It is then removed, so that it is in nobody's way.
func (t *tier) verify(ctx context.Context, wildcard, name string, c conditional) error {
	if !t.lead.replicated.Load() {
		return nil
	}
	ctx = t.onThisGround(ctx)
	b, err := t.inBetween(ctx, wildcard, c)
	if err != nil {
		return err
	}
	if _, err := b.settle(0, 0); err != nil {
		return err
	}
	written, err := writtenAt(b.segs)
	if err != nil || !b.overtaken(written, c) {
		return err
	}
	if err := t.remove(ctx, wildcard, []page.Stored{{Name: name, Seq: c.seq}}); err != nil {
		return err
	}
	return errOvertaken
}

// inBetween reads all that tells whether a segment was overtaken: what came
// after what it knew of and, where there are conditional segments among that,
// what tells the same of them. One that was overtaken itself is in nobody's way.
func (t *tier) inBetween(ctx context.Context, wildcard string, c conditional) (batch, error) {
	for from := c.after + 1; ; {
		b, err := t.since(ctx, wildcard, from, c)
		if err != nil {
			return batch{}, err
		}
		least := b.leastCondition(c) + 1
		if least >= from {
			return b, nil
		}
		from = least
	}
}

// leastCondition is the oldest that the conditional segments before one, and it itself, knew of.
func (b *batch) leastCondition(c conditional) uint64 {
	least := c.after
	for _, other := range b.conds {
		if other.seq < c.seq {
			least = min(least, other.after)
		}
	}
	return least
}

// since reads an owner's segments from a sequence on, of a replica that has the
// segment which is asked about, and so all before it. Without one it is the
// leader that is asked, who may have it no more than a replica: one that was
// cut off does not know that it was replaced.
func (t *tier) since(ctx context.Context, wildcard string, from uint64, c conditional) (batch, error) {
	b, err := t.ask(ctx, wildcard, from, 0, t.cfg.Read.Attempt)
	if err == nil && !b.none && b.more == 0 && b.upTo >= c.seq {
		return b, nil
	}
	// Too many, too much, or a replica that has not even this segment yet.
	if b, err = t.leaderWalk(ctx, wildcard, from); err != nil {
		return batch{}, err
	}
	if !b.reaches(c.seq) {
		return batch{}, errBehind
	}
	return b, nil
}

// reaches tells whether there is a segment as late as this. Whoever has it has
// all before it.
func (b *batch) reaches(seq uint64) bool {
	return slices.ContainsFunc(b.segs, func(s page.Stored) bool { return s.Seq >= seq })
}
