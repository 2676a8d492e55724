package tiers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/context-manager/context-manager/tiers/page"
)

// A piece is a segment of a log, as compaction sees it.
type piece struct {
	page.Stored
	newest uint64 // origin of its newest entry
}

// choose picks the segments to merge, oldest first; none if the log is short.
//
// They are always the newest ones of the log, in order of their newest entry.
// So a merged segment never holds an entry without holding every later one
// that had been loaded with it, and the bucket's age limit, which goes by when
// a segment was written, never takes a tombstone before what it buries.
//
// How far back they reach follows size, as in a log-structured merge tree: at
// least so far that half of Compact.Segments remain, then on while the next
// older one is at most Factor times as large as all newer together. What
// remains grows geometrically, so an entry is rewritten a logarithm of times.
// A log of up to smallLog bytes is merged whole: readers have one segment to
// look at, and so little is rewritten at no cost.
func (t *tier) choose(segs []page.Stored) ([]page.Stored, error) {
	if len(segs) <= t.cfg.Compact.Segments {
		return nil, nil
	}
	pieces, err := inOrder(segs)
	if err != nil {
		return nil, err
	}
	at := 0
	if sizeOfLog(segs) > min(smallLog, t.cfg.Compact.MaxBytes) {
		at = reach(pieces, t.cfg.Compact)
	}
	if len(pieces)-at < 2 {
		return nil, nil
	}
	chosen := make([]page.Stored, 0, len(pieces)-at)
	for _, p := range pieces[at:] {
		chosen = append(chosen, p.Stored)
	}
	slices.SortFunc(chosen, func(a, b page.Stored) int { return cmp.Compare(a.Seq, b.Seq) })
	return chosen, nil
}

// smallLog is about what a handful of turns take, analysed.
const smallLog = 16 << 10

func sizeOfLog(segs []page.Stored) int {
	size := 0
	for _, s := range segs {
		size += len(s.Data)
	}
	return size
}

// reach is the index of the oldest piece to merge.
func reach(pieces []piece, cfg Compact) int {
	at, sum := len(pieces), 0
	for at > 0 {
		size := len(pieces[at-1].Data)
		if sum+size > cfg.MaxBytes {
			break
		}
		remain := at // pieces that stay if this one is left alone, the merged one not counted
		if remain <= cfg.Segments/2 && size > cfg.Factor*sum {
			break
		}
		at, sum = at-1, sum+size
	}
	return at
}

// inOrder sorts segments by their newest entry. A fresh segment's entries are
// of its own sequence; of a merged one its newest source tells.
func inOrder(segs []page.Stored) ([]piece, error) {
	pieces := make([]piece, len(segs))
	for i, s := range segs {
		pieces[i] = piece{Stored: s, newest: s.Seq}
		if !strings.HasPrefix(s.Name, mergedPrefix) {
			continue
		}
		head, err := page.ReadHead(s.Data)
		if err != nil {
			return nil, &page.SegmentError{Seq: s.Seq, Err: err}
		}
		if len(head.Sources) > 0 {
			pieces[i].newest = slices.Max(head.Sources)
		}
	}
	slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Compare(a.newest, b.newest) })
	return pieces, nil
}
