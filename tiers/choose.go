package tiers

import (
	"cmp"
	"slices"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// A piece is a segment of a log, as compaction sees it.
type piece struct {
	page.Stored        // without its data, if that was not read: see outline
	size        int    // of its data
	newest      uint64 // origin of its newest entry
	dead        int    // bytes that a merge of it and all newer ones leaves out
}

// live is what a merge leaves of a piece.
func (p *piece) live() int { return p.size - p.dead }

// choose gives the index of the oldest of the pieces to merge, which are in
// order, and their number if none is.
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
//
// Sizes are those of what a merge would leave. What is superseded must go
// however few and large the segments are: see wasted.
func (t *tier) choose(pieces []piece) int {
	long := len(pieces) > t.cfg.Compact.Segments
	if long && sizeOfPieces(pieces) <= min(smallLog, t.mostMerged()) {
		return 0
	}
	at := wasted(pieces, t.wasteAllowed())
	if long {
		if r := reach(pieces, t.cfg.Compact, t.mostMerged()); len(pieces)-r > 1 {
			at = min(at, r)
		}
	}
	return at
}

// nothingToDo tells of segments that nothing is to be done about them: they are few,
// and together not more than what may be dead.
func (t *tier) nothingToDo(segs []page.Stored) bool {
	return len(segs) <= t.cfg.Compact.Segments && sizeOfLog(segs) <= t.wasteAllowed()
}

// stored gives the segments of pieces, in order of their sequences.
func stored(pieces []piece) []page.Stored {
	segs := make([]page.Stored, 0, len(pieces))
	for _, p := range pieces {
		segs = append(segs, p.Stored)
	}
	slices.SortFunc(segs, func(a, b page.Stored) int { return cmp.Compare(a.Seq, b.Seq) })
	return segs
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

func sizeOfPieces(pieces []piece) int {
	size := 0
	for _, p := range pieces {
		size += p.size
	}
	return size
}

// weigh puts segments in order, and finds out how much of each is dead.
func (t *tier) weigh(segs []page.Stored) ([]piece, error) {
	pieces, err := inOrder(segs)
	if err != nil {
		return nil, err
	}
	ordered := make([]page.Stored, len(pieces))
	for i, p := range pieces {
		ordered[i] = p.Stored
	}
	dead, err := page.Superseded(ordered, t.due().UnixMilli())
	for i := range dead {
		pieces[i].dead = dead[i]
	}
	return pieces, err
}

// mostMerged is how many bytes a merged segment may have: what one message
// holds beside the headers that are sent with it.
func (t *tier) mostMerged() int {
	fits := t.largest()
	fits = max(fits-messages.MaxHeaderBytes/2, fits/2)
	if most := t.cfg.Compact.MaxBytes; most > 0 {
		return min(most, fits)
	}
	return fits
}

// wasteAllowed is how many dead bytes a log may have, beside half of what lives
// in it: rewriting for less would cost more than it saves.
func (t *tier) wasteAllowed() int { return min(256<<10, t.mostMerged()) }

// wasted is the index of the oldest piece from which on too much is dead, and
// the number of pieces if that is so from none on. All from there on is merged,
// whatever its size: else one item of megabytes, changed again and again, would
// leave each of its versions. So a log is never much more than half as large
// again as what lives in it, and what is written is rewritten thrice at most.
func wasted(pieces []piece, allowed int) int {
	at, live, dead := len(pieces), 0, 0
	for i := len(pieces) - 1; i >= 0; i-- {
		live, dead = live+pieces[i].live(), dead+pieces[i].dead
		if pieces[i].dead > 0 && dead > allowed+live/2 {
			at = i
		}
	}
	return at
}

// reach is the index of the oldest piece to merge into one of at most so many bytes.
func reach(pieces []piece, cfg Compact, most int) int {
	at, sum := len(pieces), 0
	for at > 0 {
		size := pieces[at-1].live()
		if sum+size > most {
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
		pieces[i] = piece{Stored: s, size: len(s.Data), newest: s.Seq}
		if !isMerged(s.Name) {
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
	sortPieces(pieces)
	return pieces, nil
}

func sortPieces(pieces []piece) {
	slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Compare(a.newest, b.newest) })
}
