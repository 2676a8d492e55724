package page

import (
	"encoding/binary"
)

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
