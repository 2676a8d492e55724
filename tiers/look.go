package tiers

import (
	"context"
	"errors"
	"slices"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// errOutdated means that the outline of a log does not do: all of it has to be read.
var errOutdated = errors.New("what is remembered of the log does not do")

// How much of a log was read, in metrics.
const (
	looksAtAll    = "all"
	looksAtNewest = "newest"
)

// look gives the pieces of an owner's log: none if there is nothing to do, and
// else all, of which those that choose picks have their data.
func (t *tier) look(ctx context.Context, wildcard string) (outline, error) {
	ground := t.ground()
	if known, ok := t.compactor.outlines.take(wildcard, ground); ok {
		o, err := t.lookAtNewest(ctx, wildcard, known)
		if !errors.Is(err, errOutdated) {
			t.Tiers.met.looks.WithLabelValues(looksAtNewest).Inc()
			return o, err
		}
	}
	t.Tiers.met.looks.WithLabelValues(looksAtAll).Inc()
	o, err := t.lookAtAll(ctx, wildcard)
	o.ground = ground
	return o, err
}

// lookAtAll reads the whole log.
func (t *tier) lookAtAll(ctx context.Context, wildcard string) (outline, error) {
	b, err := t.loadSound(ctx, wildcard)
	if err != nil {
		return outline{}, err
	}
	segs, err := t.unheld(b)
	if err != nil || t.nothingToDo(segs) {
		return outline{}, err
	}
	pieces, err := t.weigh(segs)
	o := outline{pieces: pieces, upTo: b.upTo, whole: b.bytes}
	if len(segs) < len(b.segs) {
		o.whole = 0 // it has not all that counts, and is not to be remembered
	}
	return o, err
}

// lookAtNewest reads what has come since an outline was made, and as much of
// what was there before as is to be merged with it.
func (t *tier) lookAtNewest(ctx context.Context, wildcard string, o outline) (outline, error) {
	for from := o.upTo + 1; ; {
		b, err := t.newestFrom(ctx, wildcard, from)
		if err != nil {
			return outline{}, err
		}
		pieces, err := t.complete(ctx, wildcard, &o, &b, from)
		if err != nil {
			return outline{}, err
		}
		least := unread(pieces[t.choose(pieces):])
		if least == 0 {
			return o.with(pieces, b.upTo), nil
		}
		from = least // which is lower: all that is from there on has been read
	}
}

// newestFrom reads an owner's segments from a sequence on, as new as the leader
// knows them to be.
func (t *tier) newestFrom(ctx context.Context, wildcard string, from uint64) (batch, error) {
	newest := from - 1
	if t.lead.several() {
		var err error
		if newest, err = t.refresh(ctx); err != nil {
			return batch{}, err
		}
	}
	b, err := t.loadFrom(ctx, wildcard, from)
	if err == nil && b.upTo < newest {
		err = errOutdated // or a replica lags: who reads all asks the leader then
	}
	return b, err
}

// complete gives the pieces of a log that has the segments of a batch from a
// sequence on, and was as its outline says before that.
func (t *tier) complete(ctx context.Context, wildcard string, o *outline, b *batch, from uint64) ([]piece, error) {
	older := slices.DeleteFunc(slices.Clone(o.pieces), func(p piece) bool { return p.Seq >= from })
	settled, err := b.settle(o.upTo, newestOf(stored(older)))
	if err != nil {
		return nil, err
	}
	if !settled || len(b.again)+len(b.void) > 0 {
		return nil, errOutdated
	}
	for _, s := range b.segs {
		buries, err := page.Buries(s, o.upTo)
		if err != nil {
			return nil, &page.SegmentError{Seq: s.Seq, Err: err}
		}
		if buries {
			return nil, errOutdated
		}
		if older, err = t.withoutSources(ctx, wildcard, older, s); err != nil {
			return nil, err
		}
	}
	newer, err := t.weigh(b.segs)
	pieces := slices.Concat(older, newer)
	sortPieces(pieces)
	return pieces, err
}

// withoutSources takes out of pieces what a merged segment was made of, if its
// merge is over. It is when the oldest source is gone: that goes first, once all
// parts of the merge are written.
func (t *tier) withoutSources(ctx context.Context, wildcard string, pieces []piece, s page.Stored) ([]piece, error) {
	if !isMerged(s.Name) {
		return pieces, nil
	}
	head, err := page.ReadHead(s.Data)
	if err != nil {
		return nil, &page.SegmentError{Seq: s.Seq, Err: err}
	}
	var oldest page.Stored
	left := slices.DeleteFunc(pieces, func(p piece) bool {
		source := slices.Contains(head.Sources, p.Seq)
		if source && (oldest.Seq == 0 || p.Seq < oldest.Seq) {
			oldest = p.Stored
		}
		return source
	})
	if oldest.Seq == 0 {
		return left, nil
	}
	_, err = t.stream.Last(ctx, segmentSubject(wildcard, oldest.Name), t.cfg.Read.Attempt)
	switch {
	case errors.Is(err, jet.ErrNone):
		return left, nil
	case err == nil:
		err = errOutdated
	}
	return nil, err
}

// unread is the lowest sequence of pieces that have no data; 0 if all have it.
func unread(pieces []piece) (least uint64) {
	for _, p := range pieces {
		if p.Data == nil && (least == 0 || p.Seq < least) {
			least = p.Seq
		}
	}
	return least
}
