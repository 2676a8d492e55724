package page

import (
	"encoding/binary"
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

// Postings are the items of a page that hold a term. Take them all at once, by
// Append, which is quicker, or walk them once:
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
