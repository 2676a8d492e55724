package tiers

import (
	"slices"
	"time"

	"github.com/context-manager/context-manager/tiers/page"
)

// A publish of which nothing was heard may be on its way still, held up on a
// connection that its client has left or between servers, while the repeat of
// it goes another way, is stored and acknowledged. When it arrives it must not
// count: it would be newer than all that was written since the repeat.
//
// Most come with a condition over the owner's segments that no longer holds.
// The first try of a plain append comes with none but that its name is free.
// So a repeat is stored with a mark, and compaction leaves the marked segment
// where it is, and its name taken, until nothing of the first try can come any more.

// againHeader marks the repeat of an append, in the stored message.
const againHeader = "Ctx-Again"

// nameHeld is how long a marked segment keeps its name, by when it was made.
// NATS closes a connection or a route whose peer is silent for some five
// minutes; clocks may be wrong by as much, and half as much again is to spare.
const nameHeld = 15 * time.Minute

// held is the newest of the segments that have to stay; 0 if there is none.
func (t *tier) held(b batch) (newest uint64, err error) {
	if len(b.again) == 0 {
		return 0, nil
	}
	for _, s := range b.segs {
		if !slices.Contains(b.again, s.Seq) || b.isVoid(s.Seq) {
			continue
		}
		head, err := page.ReadHead(s.Data)
		if err != nil {
			return 0, &page.SegmentError{Seq: s.Seq, Err: err}
		}
		if t.due().Sub(time.UnixMilli(head.At)) < nameHeld {
			newest = max(newest, s.Seq)
		}
	}
	return newest, nil
}

// unheld are the segments that may be merged: all, or those that are newer
// than what has to stay. Only the newest of a log may be merged: see choose.
func (t *tier) unheld(b batch) ([]page.Stored, error) {
	held, err := t.held(b)
	if err != nil || held == 0 {
		return b.segs, err
	}
	pieces, err := inOrder(b.segs)
	if err != nil {
		return nil, err
	}
	var segs []page.Stored
	for _, p := range pieces {
		if p.newest > held {
			segs = append(segs, p.Stored)
		}
	}
	return segs, nil
}
