package page

import (
	"encoding/binary"
	"slices"
)

// The term dictionary lists all terms of a page in order of hash. A term is:
//
//	hash less the hash before it, as a varint; the first one's as it is
//	one item: twice the length of its posting, as a varint
//	more: twice the number of items and 1, and the length of all postings, as varints
//	its postings, in order of item number
//
// A posting is a varint: item number less the one before, times 4, and how
// often the term is in the item: 0 once in D, 1 once in Q, 2 twice in D, 3 as
// appendCounts says. So most postings are one byte or two.
//
// Every 16 terms start a block: the blocks section has the hash before the
// block and where the block begins, each as uint32, to be found by binary search.
const (
	blockTerms = 16
	blockSize  = 8

	onceD = iota - 2
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
}

// Postings finds the items that hold the term of this hash. Neither it nor
// walking what it gives allocates.
func (p Page) Postings(hash uint32) Postings {
	c, ok := p.block(hash)
	if !ok {
		return Postings{}
	}
	for range blockTerms {
		if !c.next() || c.hash > hash {
			break
		}
		if c.hash == hash {
			return Postings{b: c.postings, n: c.items}
		}
	}
	return Postings{}
}

// Len is the number of items.
func (p Postings) Len() int { return p.n }

// Next gives the next item, and how often the term stands in its sentences
// that state and that ask; ok is false when there are no more.
func (p *Postings) Next() (i int, d, q uint8, ok bool) {
	b := p.b
	if len(b) == 0 {
		return 0, 0, 0, false
	}
	v, n := uint64(b[0]), 1
	if v >= 0x80 {
		v, n = longUvarint(b)
	}
	p.last += int(v >> 2)
	switch v & 3 {
	case onceD:
		d = 1
	case onceQ:
		q = 1
	case twiceD:
		d = 2
	default:
		if c := b[n]; c != 0 {
			d, q = c&15, c>>4
		} else {
			d, q = b[n+1], b[n+2]
			n += 2
		}
		n++
	}
	p.b = b[n:]
	return p.last, d, q, true
}

// longUvarint reads a varint of two bytes or more.
func longUvarint(b []byte) (uint64, int) {
	if b[1] < 0x80 {
		return uint64(b[0]&0x7f) | uint64(b[1])<<7, 2
	}
	return binary.Uvarint(b)
}

// block gives a cursor at the start of the block that would hold hash.
func (p Page) block(hash uint32) (termCursor, bool) {
	if p.b == nil {
		return termCursor{}, false
	}
	index := p.b[p.section(secBlocks):]
	if len(index) == 0 {
		return termCursor{}, false
	}
	lo, hi := 1, len(index)/blockSize // blocks before lo begin below hash, or there is but one
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if binary.LittleEndian.Uint32(index[blockSize*mid:]) < hash {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	at := index[blockSize*(lo-1):]
	c := termCursor{hash: binary.LittleEndian.Uint32(at)}
	c.b = p.b[:p.section(secBlocks)]
	c.at = int(binary.LittleEndian.Uint32(at[4:]))
	return c, true
}

// A termCursor walks the dictionary.
type termCursor struct {
	cursor
	hash     uint32
	items    int
	postings []byte
}

// allTerms is a cursor over the whole dictionary.
func (p Page) allTerms() termCursor {
	if p.b == nil {
		return termCursor{}
	}
	end := p.section(secBlocks)
	return termCursor{cursor: cursor{b: p.b[:end], at: int(p.section(secTerms))}}
}

// next goes to the next term; false if there is none.
func (c *termCursor) next() bool {
	if c.at >= len(c.b) {
		return false
	}
	c.hash += uint32(c.uvarint())
	v := c.uvarint()
	size := int(v >> 1)
	c.items = 1
	if v&1 != 0 {
		c.items = size
		size = int(c.uvarint())
	}
	c.postings = c.take(size)
	return true
}

// termsOf gathers the terms of these items, each in order of hash.
func (p Page) termsOf(indices []int) [][]Term {
	all := make([][]Term, len(indices))
	slot := make([]int32, p.Len()) // by item: its place in indices plus 1
	for k, i := range indices {
		slot[i] = int32(k) + 1
	}
	for c := p.allTerms(); c.next(); {
		ps := Postings{b: c.postings}
		for i, d, q, ok := ps.Next(); ok; i, d, q, ok = ps.Next() {
			if k := slot[i]; k > 0 {
				all[k-1] = append(all[k-1], Term{Hash: c.hash, D: d, Q: q})
			}
		}
	}
	for k, i := range indices { // an index may be asked for twice
		all[k] = slices.Clone(all[slot[i]-1])
	}
	return all
}
