package page

import (
	"encoding/binary"
	"slices"
)

// The term dictionary lists all terms of a page in order of hash. A term is:
//
//	hash less the hash before it, in 3 bytes; 2^24-1 means that 4 bytes follow and say it
//	one item: 8 times the item number and twice a form, as a varint, and counts as the form says
//	more: twice the number of items and 1, and the length of all postings, as varints,
//	and its postings, in order of item number: see posting.go
//
// The form says how often the term is in the item: 0 once in D, 1 once in Q, 2
// twice in D, 3 as appendCounts says.
//
// Terms are in blocks of about 16, which can be found by binary search: the
// blocks section has the hash of the first term of each, whose own difference
// is 0, and where the block begins, as uint32 each. So a block says the same
// wherever it stands, and passes from page to page as it is.
const (
	blockTerms = 16 // of blocks that are made at once
	blockMost  = 32 // a block grows to so many before it is divided
	blockSize  = 8

	gapSize = 3
	farSize = 4
	farHash = 1<<24 - 1

	onceD = iota - 6
	onceQ
	twiceD
	packed
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
	k := p.blockOf(hash)
	if k < 0 {
		return Postings{}
	}
	b, at, is := p.b[:p.blockAt(k+1)], p.blockAt(k), p.blockHash(k)
	for is <= hash && at < len(b) {
		gap := uint32(b[at]) | uint32(b[at+1])<<8 | uint32(b[at+2])<<16
		at += gapSize
		if gap == farHash {
			gap = binary.LittleEndian.Uint32(b[at:])
			at += farSize
		}
		is += gap
		c := cursor{b: b, at: at}
		v := c.uvarint()
		if is == hash {
			return postingsAt(c, v)
		}
		if v&1 != 0 {
			size := int(c.uvarint())
			c.at += size
		} else if v>>1&3 == packed {
			c.at += countsSize(b[c.at])
		}
		at = c.at
	}
	return Postings{}
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

// block gives a cursor at the start of block k.
func (p Page) block(k int) termCursor {
	return termCursor{cursor: cursor{b: p.b[:p.blockAt(k+1)], at: p.blockAt(k)}, hash: p.blockHash(k)}
}

// A termCursor walks a block of the dictionary.
type termCursor struct {
	cursor
	hash  uint32
	head  uint64 // the first varint of the term at hand
	start int    // where that is
}

// next goes to the next term; false if there is none.
func (c *termCursor) next() bool {
	if c.at >= len(c.b) {
		return false
	}
	b := c.b[c.at:]
	gap := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
	c.at += gapSize
	if gap == farHash {
		gap = binary.LittleEndian.Uint32(b[gapSize:])
		c.at += farSize
	}
	c.hash += gap
	c.start = c.at
	c.head = c.uvarint()
	switch {
	case c.head&1 != 0:
		size := int(c.uvarint())
		c.at += size
	case c.head>>1&3 == packed:
		c.at += countsSize(c.b[c.at])
	}
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
