package tiers

import (
	"strings"
	"sync"
)

// An outline is what a log was when it was last looked at to be compacted: where
// its segments are and how large, not what they hold. With it the next look
// reads what has come since, and what is to be merged with that, in place of the
// whole log: what a store costs does not grow with what its owner has.
//
// It does not tell how much of the segments that it stands for is dead by now.
// So the whole log is read again when something comes that buries, that counts
// for nothing or may have to stay where it is, or of whose condition the outline
// does not tell whether it held, and after a quarter as much as the log had: what
// comes may replace items.
type outline struct {
	pieces []piece // in order; those that were not read are without data
	upTo   uint64  // the sequence up to which these are all that counts
	whole  int     // bytes of the log when all of it was read
	fresh  int     // bytes that have come since
	ground uint64  // on which they were read: see moved.go
}

// outlineFrom is the size of a log from which on it has an outline: what is
// smaller is read at once as quickly.
const outlineFrom = 2 * smallLog

// with is the outline of the log that has these pieces now.
func (o outline) with(pieces []piece, upTo uint64) outline {
	for _, p := range pieces {
		if p.newest > o.upTo {
			o.fresh += p.size
		}
	}
	o.pieces, o.upTo = pieces, upTo
	return o
}

// until is the outline without the pieces from an index on, which have been
// merged. The merged segment is among what comes next.
func (o outline) until(at int) outline {
	o.pieces = o.pieces[:at]
	return o
}

// maxOutlines bounds how many are remembered, each of one to three kilobytes.
const maxOutlines = 1 << 10

// outlines are those of the owners that were compacted last.
type outlines struct {
	from int // bytes of the logs that have one

	mu sync.Mutex
	of map[string]outline // by wildcard subject
}

// take gives an owner's outline, if there is one of this ground. It is gone
// until it is put back, so that a look which fails is followed by a whole one.
func (o *outlines) take(wildcard string, ground uint64) (outline, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	l, ok := o.of[wildcard]
	delete(o.of, wildcard)
	return l, ok && l.ground == ground
}

func (o *outlines) forget(wildcard string) { o.take(wildcard, 0) }

// put remembers the outline of a log that is large enough, and that need not be
// read whole next time: without the data of its pieces.
func (o *outlines) put(wildcard string, l outline) {
	if l.whole < o.from || l.fresh > l.whole/4 {
		return
	}
	pieces := make([]piece, len(l.pieces))
	for i, p := range l.pieces {
		p.Data, p.Name = nil, strings.Clone(p.Name) // and not the whole subject
		pieces[i] = p
	}
	l.pieces = pieces
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.of == nil || len(o.of) >= maxOutlines {
		o.of = make(map[string]outline) // forgetting costs a log that is read whole
	}
	o.of[wildcard] = l
}
