package page

import (
	"cmp"
	"encoding/binary"
	"slices"
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
	terms  int
	before uint32 // hash of the term before
	list   []byte // scratch: postings of the term at hand
	items  int    // how many those are
	last   uint32 // item of the last of them
}

// add notes one item of the term at hand. Items come in order.
func (w *termWriter) add(item uint32, d, q uint8) {
	gap := uint64(item-w.last) << 2
	w.last = item
	w.items++
	switch {
	case d == 1 && q == 0:
		w.list = binary.AppendUvarint(w.list, gap|onceD)
	case d == 0 && q == 1:
		w.list = binary.AppendUvarint(w.list, gap|onceQ)
	case d == 2 && q == 0:
		w.list = binary.AppendUvarint(w.list, gap|twiceD)
	default:
		w.list = appendCounts(binary.AppendUvarint(w.list, gap|packed), d, q)
	}
}

// end writes the term at hand, unless no item has it any more.
func (w *termWriter) end(hash uint32) {
	if w.items > 0 {
		w.write(hash, w.items, w.list)
	}
	w.list, w.items, w.last = w.list[:0], 0, 0
}

// write writes a term with its postings.
func (w *termWriter) write(hash uint32, items int, postings []byte) {
	if w.terms%blockTerms == 0 {
		w.blocks = binary.LittleEndian.AppendUint32(w.blocks, w.before)
		w.blocks = binary.LittleEndian.AppendUint32(w.blocks, uint32(len(w.b)))
	}
	b := binary.AppendUvarint(w.b, uint64(hash-w.before))
	if items == 1 {
		b = binary.AppendUvarint(b, uint64(len(postings))<<1)
	} else {
		b = binary.AppendUvarint(b, uint64(items)<<1|1)
		b = binary.AppendUvarint(b, uint64(len(postings)))
	}
	b = append(b, postings...)
	w.b = b
	w.before = hash
	w.terms++
}

// merge writes all terms of an older page, its items renumbered, together
// with those of fresh items, which come sorted. same means that no item of
// the older page has a new number, so that postings pass over as they are.
func (w *termWriter) merge(old termCursor, renumber []int32, same bool, fresh []posting) {
	more := old.next()
	for more || len(fresh) > 0 {
		switch {
		case len(fresh) == 0 || more && old.hash < fresh[0].hash:
			w.carry(&old, renumber, same)
			more = old.next()
		case !more || fresh[0].hash < old.hash:
			fresh = w.both(Postings{}, renumber, fresh)
		default:
			fresh = w.both(Postings{b: old.postings}, renumber, fresh)
			more = old.next()
		}
	}
}

// carry writes a term that no fresh item has.
func (w *termWriter) carry(old *termCursor, renumber []int32, same bool) {
	if same {
		w.write(old.hash, old.items, old.postings)
		return
	}
	ps := Postings{b: old.postings}
	for i, d, q, ok := ps.Next(); ok; i, d, q, ok = ps.Next() {
		if renumber[i] >= 0 {
			w.add(uint32(renumber[i]), d, q)
		}
	}
	w.end(old.hash)
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
