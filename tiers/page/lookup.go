package page

import (
	"encoding/binary"
	"math"
)

// A Lookup finds the postings of many terms, which are asked for in ascending
// order of hash: each search goes on where the last one ended. For some hundred
// words that may stand for those of a query that takes a third of what as many
// searches of their own take in a small page, and half in a large one.
type Lookup struct {
	p     Page
	index []byte // of the blocks from the one at hand on
	k     int    // number of the block at hand
	next  uint64 // hash at which the block after it begins
}

// Lookup begins to look up terms. Neither it nor what it gives allocates.
func (p Page) Lookup() Lookup {
	l := Lookup{p: p, k: -1, next: math.MaxUint64}
	if p.blocks() > 0 {
		l.index = p.b[p.section(secBlocks):]
		l.next = uint64(p.blockHash(0))
	}
	return l
}

// Postings finds the items that hold the term of this hash, which must not be
// less than the one before.
func (l *Lookup) Postings(hash uint32) Postings {
	if uint64(hash) >= l.next {
		l.seek(hash)
	}
	if l.k < 0 {
		return Postings{}
	}
	return l.p.blockPostings(l.k, hash)
}

// seek goes to the last block that begins at or before hash: in steps that
// double, and then by halves.
func (l *Lookup) seek(hash uint32) {
	n := l.p.blocks()
	lo, hi := l.k+1, n // block lo begins at or before hash, and hi, if there is one, after it
	for step := 1; lo+step < n; step *= 2 {
		if l.begins(lo+step) > hash {
			hi = lo + step
			break
		}
		lo += step
	}
	for lo+1 < hi {
		if mid := int(uint(lo+hi) / 2); l.begins(mid) <= hash {
			lo = mid
		} else {
			hi = mid
		}
	}
	l.k, l.next = lo, math.MaxUint64
	if lo+1 < n {
		l.next = uint64(l.begins(lo + 1))
	}
}

// begins is the hash of the first term of block k.
func (l *Lookup) begins(k int) uint32 { return binary.LittleEndian.Uint32(l.index[blockSize*k:]) }
