package page

import (
	"encoding/binary"
	"slices"
)

// The term dictionary lists all terms of a page in order of hash, in blocks of
// about 16. A block is
//
//	the number of its terms, 1 byte
//	for each term but the first, its hash less that of the one before, 3 bytes
//	what is said of each term, one after the other
//
// and the blocks section has, as uint32 each, the hash of a block's first term
// and where the block begins. So a block is found by binary search, a term in
// it by adding up bytes that lie side by side, and a block says the same
// wherever it stands and passes from page to page as it is. Where the hash of a
// term is 2^24 or more from the one before, a new block begins.
//
// What is said of a term is
//
//	one item: 8 times the item number and twice a form, as a varint, and counts as the form says
//	more: twice the number of items and 1, and the length of all postings, as varints,
//	and its postings, in order of item number: see posting.go
//
// The form says how often the term is in the item: 0 once in D, 1 once in Q, 2
// twice in D, 3 as appendCounts says.
const (
	blockTerms = 16 // of blocks that are made at once
	blockMost  = 32 // a block grows to so many before it is divided
	smallBlock = 8  // one of fewer is made anew with its neighbours, in a page
	joinItems  = 96 // of so many items, which has some 500 terms
	blockSize  = 8  // in the index

	gapSize = 3
	mostGap = 1<<(8*gapSize) - 1

	onceD  = 0
	onceQ  = 1
	twiceD = 2
	packed = 3
)

// Postings are the items of a page that hold a term. Walk them once:
//
//	for ps := p.Postings(hash); ; {
//		i, d, q, ok := ps.Next()
//		if !ok {
//			break
//		}
//	}
type Postings struct {
	b    []byte
	n    int
	last int
	d, q uint8 // of the one item of a term that has but one
	one  bool
}

// Postings finds the items that hold the term of this hash. Neither it nor
// walking what it gives allocates.
func (p Page) Postings(hash uint32) Postings {
	if k := p.blockOf(hash); k >= 0 {
		return p.blockPostings(k, hash)
	}
	return Postings{}
}

// blockPostings finds the items that hold a term in the only block that may have it.
func (p Page) blockPostings(k int, hash uint32) Postings {
	b := p.b[:p.blockAt(k+1)]
	at, is := p.blockAt(k), p.blockHash(k)
	terms := int(b[at])
	at++
	gaps := b[at : at+gapSize*(terms-1)+1] // and a byte, so that each gap is read by four
	n := 0
	for ; is < hash && n < terms-1; n++ {
		is += binary.LittleEndian.Uint32(gaps[gapSize*n:]) & mostGap
	}
	if is != hash {
		return Postings{}
	}
	c := cursor{b: b, at: at + gapSize*(terms-1)}
	for range n {
		c.skipTerm()
	}
	return postingsAt(c, c.uvarint())
}

// skipTerm passes over what is said of a term, and gives its first varint.
func (c *cursor) skipTerm() (head uint64) {
	head = c.uvarint()
	switch {
	case head&1 != 0:
		size := int(c.uvarint())
		c.at += size
	case head>>1&3 == packed:
		c.at += countsSize(c.b[c.at])
	}
	return head
}

// postingsAt gives the postings of a term that begins with v, the cursor being past that.
func postingsAt(c cursor, v uint64) Postings {
	if v&1 != 0 {
		return Postings{n: int(v >> 1), b: c.take(int(c.uvarint()))}
	}
	p := Postings{n: 1, one: true, last: int(v >> 3)}
	switch v >> 1 & 3 {
	case onceD:
		p.d = 1
	case onceQ:
		p.q = 1
	case twiceD:
		p.d = 2
	default:
		p.d, p.q = counts(c.b[c.at:])
	}
	return p
}

// Len is the number of items.
func (p Postings) Len() int { return p.n }

// blocks is how many blocks the dictionary has.
func (p Page) blocks() int {
	if p.b == nil {
		return 0
	}
	return (len(p.b) - int(p.section(secBlocks))) / blockSize
}

// blockHash is the hash of the first term of block k.
func (p Page) blockHash(k int) uint32 {
	return binary.LittleEndian.Uint32(p.b[int(p.section(secBlocks))+blockSize*k:])
}

// blockAt is where block k begins, and where the last one ends.
func (p Page) blockAt(k int) int {
	if k == p.blocks() {
		return int(p.section(secBlocks))
	}
	return int(binary.LittleEndian.Uint32(p.b[int(p.section(secBlocks))+blockSize*k+4:]))
}

// blockOf is the last block that begins at or before hash; -1 if none does.
func (p Page) blockOf(hash uint32) int {
	n := p.blocks()
	if n == 0 {
		return -1
	}
	index := p.b[p.section(secBlocks):]
	lo, hi := 0, n // blocks before lo begin at or before hash
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if binary.LittleEndian.Uint32(index[blockSize*mid:]) <= hash {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo - 1
}

// block gives a cursor before the first term of block k.
func (p Page) block(k int) termCursor {
	b, at := p.b[:p.blockAt(k+1)], p.blockAt(k)
	terms := int(b[at])
	gaps := b[at+1 : at+1+gapSize*(terms-1)]
	return termCursor{cursor: cursor{b: b, at: at + 1 + len(gaps)}, gaps: gaps, left: terms, hash: p.blockHash(k)}
}

// A termCursor walks a block of the dictionary.
type termCursor struct {
	cursor
	gaps  []byte // of the terms that follow
	left  int    // terms that follow
	hash  uint32
	head  uint64 // the first varint of the term at hand
	start int    // where that is
}

// next goes to the next term; false if there is none.
func (c *termCursor) next() bool {
	if c.left == 0 {
		return false
	}
	if c.start > 0 { // the first is what the index says
		g := c.gaps
		c.hash += uint32(g[0]) | uint32(g[1])<<8 | uint32(g[2])<<16
		c.gaps = g[gapSize:]
	}
	c.left--
	c.start = c.at
	c.head = c.skipTerm()
	return true
}

// body is all of the term at hand but its hash.
func (c *termCursor) body() []byte { return c.b[c.start:c.at] }

// counts are the bytes of the term at hand past its first varint.
func (c *termCursor) counts() []byte {
	at := cursor{b: c.b[:c.at], at: c.start}
	at.uvarint()
	return at.b[at.at:]
}

// postings are those of the term at hand.
func (c *termCursor) postings() Postings {
	at := cursor{b: c.b[:c.at], at: c.start}
	v := at.uvarint()
	return postingsAt(at, v)
}

// termsOf gathers the terms of these items, each in order of hash.
func (p Page) termsOf(indices []int) [][]Term {
	all := make([][]Term, len(indices))
	slot := make([]int32, p.Len()) // by item: its place in indices plus 1
	for k, i := range indices {
		slot[i] = int32(k) + 1
	}
	for k := range p.blocks() {
		for c := p.block(k); c.next(); {
			ps := c.postings()
			for i, d, q, ok := ps.Next(); ok; i, d, q, ok = ps.Next() {
				if k := slot[i]; k > 0 {
					all[k-1] = append(all[k-1], Term{Hash: c.hash, D: d, Q: q})
				}
			}
		}
	}
	for k, i := range indices { // an index may be asked for twice
		all[k] = slices.Clone(all[slot[i]-1])
	}
	return all
}
