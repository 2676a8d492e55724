package page

import (
	"encoding/binary"
	"sort"
)

// merge writes all terms of an older page, its items renumbered, together
// with those of fresh items, which come sorted. same means that no item of
// the older page has a new number, so that blocks without a fresh term pass
// over as they are, unless they are small and the page is not any more: those
// are left from when its terms were far from one another.
func (w *termWriter) merge(old Page, renumber []int32, same bool, fresh []posting) {
	w.limit = blockTerms
	n := old.blocks()
	for k := 0; k < n; k++ {
		if same {
			if k = w.pass(old, k, fresh); k == n {
				break
			}
		}
		mine := fresh
		if k+1 < n {
			next := old.blockHash(k + 1)
			mine = fresh[:sort.Search(len(fresh), func(i int) bool { return fresh[i].hash >= next })]
		}
		fresh = fresh[len(mine):]
		c := old.block(k)
		if same && !old.joins(k) {
			w.begin(blockLimit(c, mine))
		}
		w.block(c, renumber, same, mine)
	}
	if n == 0 {
		for len(fresh) > 0 {
			fresh = w.both(Postings{}, renumber, fresh)
		}
	}
	w.flush()
}

// pass takes over the blocks from k on that have no fresh term, and gives the
// first that it does not take over.
func (w *termWriter) pass(old Page, k int, fresh []posting) int {
	end := old.blocks()
	if len(fresh) > 0 {
		end = max(k, old.blockOf(fresh[0].hash))
	}
	if k < end && !old.joins(k) {
		w.flush()
	}
	from := k
	for ; k < end && !old.joins(k); k++ {
		w.index(old.blockHash(k), old.blockAt(k)-old.blockAt(from))
	}
	w.b = append(w.b, old.b[old.blockAt(from):old.blockAt(k)]...)
	return k
}

// joins tells whether a block is made anew together with those before it.
func (p Page) joins(k int) bool { return p.Len() >= joinItems && p.b[p.blockAt(k)] < smallBlock }

// blockLimit is how many terms the blocks have that a block becomes with fresh terms.
func blockLimit(old termCursor, fresh []posting) int {
	terms := old.left
	for i := range fresh { // some of them are there already
		if i == 0 || fresh[i].hash != fresh[i-1].hash {
			terms++
		}
	}
	if terms <= blockMost {
		return blockMost
	}
	return blockTerms
}

// block writes the terms of a block together with fresh ones.
func (w *termWriter) block(old termCursor, renumber []int32, same bool, fresh []posting) {
	more := old.next()
	for more || len(fresh) > 0 {
		switch {
		case len(fresh) == 0 || more && old.hash < fresh[0].hash:
			w.carry(&old, renumber, same)
			more = old.next()
		case !more || fresh[0].hash < old.hash:
			fresh = w.both(Postings{}, renumber, fresh)
		default:
			fresh = w.both(old.postings(), renumber, fresh)
			more = old.next()
		}
	}
}

// carry writes a term that no fresh item has.
func (w *termWriter) carry(old *termCursor, renumber []int32, same bool) {
	if same {
		w.hash(old.hash)
		w.said = append(w.said, old.body()...)
		return
	}
	if old.head&1 == 0 {
		w.carryOne(old, renumber)
		return
	}
	w.renumber(old.postings(), renumber)
	w.end(old.hash)
}

// carryOne is carry for a term that one item has.
func (w *termWriter) carryOne(old *termCursor, renumber []int32) {
	n := renumber[old.head>>3]
	if n < 0 {
		return
	}
	w.hash(old.hash)
	w.said = binary.AppendUvarint(w.said, uint64(n)<<3|old.head&7)
	if old.head>>1&3 == packed {
		w.said = append(w.said, old.counts()...)
	}
}

// renumber takes over postings under new numbers. Where the gap to the one
// before stays, so do the bytes. It keeps to local variables: most of what a
// fold in the middle costs is here.
func (w *termWriter) renumber(ps Postings, renumber []int32) {
	list, left, kept := w.list, ps.b, ps.b // kept are bytes from the last posting on that changed
	before, last, items := 0, 0, 0
	for i, d, q, ok := ps.Next(); ok; i, d, q, ok = ps.Next() {
		n := int(renumber[i])
		if n < 0 || n-last != i-before {
			list = append(list, kept[:len(kept)-len(left)]...)
			kept = ps.b
			if n >= 0 {
				list = appendPosting(list, uint32(n-last), d, q)
			}
		}
		before, left = i, ps.b
		if n < 0 {
			continue
		}
		if items == 0 {
			w.first = Term{D: d, Q: q}
		}
		last = n
		items++
	}
	list = append(list, kept...)
	w.list, w.last, w.items = list, uint32(last), items
}

// both writes the term of the first fresh posting, and gives the postings past it.
func (w *termWriter) both(old Postings, renumber []int32, fresh []posting) []posting {
	if old.n == 0 {
		return w.new(fresh)
	}
	hash := fresh[0].hash
	for i, d, q, ok := old.Next(); ok; i, d, q, ok = old.Next() {
		if renumber[i] < 0 {
			continue
		}
		item := uint32(renumber[i])
		fresh = w.upTo(item, hash, fresh)
		w.add(item, d, q)
	}
	fresh = w.upTo(1<<32-1, hash, fresh)
	w.end(hash)
	return fresh
}

// new is both for a term that the older page does not have. It keeps to local
// variables: of a page that is made from nothing all terms are new.
func (w *termWriter) new(fresh []posting) []posting {
	hash, n := fresh[0].hash, 1
	for n < len(fresh) && fresh[n].hash == hash {
		n++
	}
	w.hash(hash)
	if n == 1 {
		w.one(uint64(fresh[0].item), fresh[0].d, fresh[0].q)
		return fresh[1:]
	}
	list, last := w.list[:0], uint32(0)
	for i := range fresh[:n] {
		p := &fresh[i]
		list = appendPosting(list, p.item-last, p.d, p.q)
		last = p.item
	}
	w.several(n, list)
	w.list = list[:0]
	return fresh[n:]
}

// upTo adds the fresh postings of this hash whose items come before item.
func (w *termWriter) upTo(item, hash uint32, fresh []posting) []posting {
	for len(fresh) > 0 && fresh[0].hash == hash && fresh[0].item < item {
		w.add(fresh[0].item, fresh[0].d, fresh[0].q)
		fresh = fresh[1:]
	}
	return fresh
}
