package page

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sort"
)

// A posting is one term of one item of the page being built.
type posting struct {
	hash uint32
	item uint32
	d, q uint8
}

// A termWriter writes a term dictionary, term by term in order of hash.
type termWriter struct {
	b      []byte // the page so far
	blocks []byte
	limit  int    // terms of the blocks at hand
	terms  int    // of the block that is being made
	opens  uint32 // hash of the first of them
	before uint32 // hash of the last of them
	gaps   []byte // between them
	said   []byte // of them
	list   []byte // scratch: postings of the term at hand
	items  int    // how many those are
	last   uint32 // item of the last of them
	first  Term   // how often the first of them has the term
}

// begin has a block begin at the next term. Blocks have up to limit terms from here on.
func (w *termWriter) begin(limit int) {
	w.flush()
	w.limit = limit
}

// flush writes the block that is being made.
func (w *termWriter) flush() {
	if w.terms == 0 {
		return
	}
	w.index(w.opens, 0)
	w.b = append(append(append(w.b, byte(w.terms)), w.gaps...), w.said...)
	w.terms, w.gaps, w.said = 0, w.gaps[:0], w.said[:0]
}

// index notes that a block whose first term has this hash follows, after so many bytes more.
func (w *termWriter) index(hash uint32, after int) {
	w.blocks = binary.LittleEndian.AppendUint32(w.blocks, hash)
	w.blocks = binary.LittleEndian.AppendUint32(w.blocks, uint32(len(w.b)+after))
}

// add notes one item of the term at hand. Items come in order.
func (w *termWriter) add(item uint32, d, q uint8) {
	if w.items == 0 {
		w.first = Term{D: d, Q: q}
	}
	w.list = appendPosting(w.list, item-w.last, d, q)
	w.last = item
	w.items++
}

// end writes the term at hand, unless no item has it any more.
func (w *termWriter) end(hash uint32) {
	switch w.items {
	case 0:
	case 1:
		w.hash(hash)
		w.one(uint64(w.last), w.first.D, w.first.Q)
	default:
		w.hash(hash)
		w.said = binary.AppendUvarint(w.said, uint64(w.items)<<1|1)
		w.said = binary.AppendUvarint(w.said, uint64(len(w.list)))
		w.said = append(w.said, w.list...)
	}
	w.list, w.items, w.last = w.list[:0], 0, 0
}

// one writes the posting of a term that has but one.
func (w *termWriter) one(item uint64, d, q uint8) {
	form := uint64(packed)
	switch {
	case d == 1 && q == 0:
		form = onceD
	case d == 0 && q == 1:
		form = onceQ
	case d == 2 && q == 0:
		form = twiceD
	}
	w.said = binary.AppendUvarint(w.said, item<<3|form<<1)
	if form == packed {
		w.said = appendCounts(w.said, d, q)
	}
}

// hash begins a term.
func (w *termWriter) hash(hash uint32) {
	gap := hash - w.before
	if w.terms == w.limit || gap > mostGap {
		w.flush()
	}
	if w.terms == 0 {
		w.opens = hash
	} else {
		w.gaps = append(w.gaps, byte(gap), byte(gap>>8), byte(gap>>16))
	}
	w.before = hash
	w.terms++
}

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

// upTo adds the fresh postings of this hash whose items come before item.
func (w *termWriter) upTo(item, hash uint32, fresh []posting) []posting {
	for len(fresh) > 0 && fresh[0].hash == hash && fresh[0].item < item {
		w.add(fresh[0].item, fresh[0].d, fresh[0].q)
		fresh = fresh[1:]
	}
	return fresh
}

// sortPostings sorts by hash postings that come in order of item, and keeps
// that order within a hash. Past a few hundred a radix sort is far quicker
// than comparing: hashes are spread evenly.
func sortPostings(list []posting) []posting {
	if len(list) < 256 {
		slices.SortStableFunc(list, func(a, b posting) int { return cmp.Compare(a.hash, b.hash) })
		return list
	}
	const bits = 11 // three passes, with counters that stay in the first cache
	other := make([]posting, len(list))
	for shift := 0; shift < 32; shift += bits {
		var start [1<<bits + 1]int32
		for i := range list {
			start[list[i].hash>>shift&(1<<bits-1)+1]++
		}
		for d := 1; d < len(start); d++ {
			start[d] += start[d-1]
		}
		for i := range list {
			at := &start[list[i].hash>>shift&(1<<bits-1)]
			other[*at] = list[i]
			*at++
		}
		list, other = other, list
	}
	return list
}
