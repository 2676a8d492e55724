package page

import "encoding/binary"

// appendID writes an id, and gives its number as cursor.id does. An id of a stem
// that no other id has would cost more if the stem stood apart.
func (w *builder) appendID(b []byte, id string, cut idCut, shared bool) ([]byte, uint64) {
	if cut.ok && !shared {
		_, shared = w.stems.find(cut.stem)
	}
	if cut.ok && shared {
		return appendStemID(b, w.stems.number(cut.stem), cut.number), cut.number
	}
	if with, is := cut.appendRequest(b); is {
		return with, cut.number
	}
	// idRaw is 0
	return append(binary.AppendUvarint(b, uint64(len(id))<<idForm), id...), 0
}

func appendStemID(b []byte, stem uint32, number uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(stem)<<idForm|idStem), number)
}

// neighbours finds where fresh items go among the base's ids, and which of
// those beside them have their stem.
func (w *builder) neighbours() {
	if w.base.Len() == 0 {
		return
	}
	for k := range w.fresh {
		f := &w.fresh[k]
		at, replaces := w.base.findID(f.raw.id)
		f.at = at
		if replaces {
			at++
		}
		for _, at := range [...]int{f.at - 1, at} {
			f.kin = f.kin || at >= 0 && at < w.base.Len() && w.base.stemIs(w.base.byID(at), f.cut)
		}
	}
}

// fewShare is of how many ids a request's stem costs more apart than in each.
const fewShare = 2

// share finds the fresh items whose stem stands apart: others have it, and if it
// is a request's, more than a few.
func (w *builder) share() {
	for k := 0; k < len(w.fresh); {
		end, kin := k+1, w.fresh[k].kin
		for end < len(w.fresh) && w.fresh[end].cut.sameStem(w.fresh[k].cut) {
			kin = kin || w.fresh[end].kin
			end++
		}
		few := 1
		if w.fresh[k].cut.form() == idHash {
			few = fewShare
		}
		for i := k; i < end; i++ {
			w.fresh[i].shared = kin || end-k > few
		}
		k = end
	}
}

// stemIs tells whether item i has an id of the same stem.
func (p Page) stemIs(i int, id idCut) bool {
	var buffer [idBuffer]byte
	return cutID(alias(p.AppendID(buffer[:0], i))).sameStem(id)
}

// ids merges the base's order of ids, less what is gone, with the fresh items.
func (w *builder) ids() {
	done := 0
	for k := range w.fresh {
		done = w.idsUpTo(done, w.fresh[k].at)
		w.appendItem(w.fresh[k].index)
	}
	w.idsUpTo(done, w.base.Len())
}

// idsUpTo carries over the places from one to another of the base's order.
func (w *builder) idsUpTo(from, to int) int {
	if w.same && idWidth(len(w.order)) == idWidth(w.base.Len()) {
		ids, width := w.base.b[w.base.section(secIDs):], idWidth(w.base.Len())
		w.b = append(w.b, ids[from*width:to*width]...)
		return to
	}
	for k := from; k < to; k++ {
		if n := w.renumber[w.base.byID(k)]; n >= 0 {
			w.appendItem(uint32(n))
		}
	}
	return to
}

// appendItem writes an item number of the ids section.
func (w *builder) appendItem(i uint32) {
	if idWidth(len(w.order)) == 2 {
		w.b = binary.LittleEndian.AppendUint16(w.b, uint16(i))
		return
	}
	w.b = binary.LittleEndian.AppendUint32(w.b, i)
}
