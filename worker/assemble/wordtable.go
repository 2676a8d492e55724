package assemble

import (
	"strings"
	"unicode"
)

// A wordTable finds a query's terms by a word of a name, whatever its case: a
// page may have thousands of names, and a query hundreds of words. Its memory is reused.
type wordTable struct {
	slots []int32 // 1 more than the index of a term, 0 free; a power of two, half of them free at least
	terms []Term
}

func (w *wordTable) fill(terms []Term) {
	size := 16
	for size < 2*len(terms) {
		size *= 2
	}
	w.slots, w.terms = resizeZero(w.slots, size), terms
	for t := range terms {
		if len(terms[t].Word) < 2 {
			continue // one letter is no name
		}
		if at, known := w.slot(terms[t].Word); !known {
			w.slots[at] = int32(t) + 1
		}
	}
}

// find gives the index of the term that a word is.
func (w *wordTable) find(word string) (int, bool) {
	at, known := w.slot(word)
	return int(w.slots[at]) - 1, known
}

// firstIn is the first term of a query that is one of the words of a name, -1 if none is.
func (w *wordTable) firstIn(name string) int {
	first := -1
	for word := range strings.FieldsFuncSeq(name, notInName) {
		if t, ok := w.find(word); ok && (first < 0 || t < first) {
			first = t
		}
	}
	return first
}

// slot is where a word is, or where it would be.
func (w *wordTable) slot(word string) (at uint32, known bool) {
	mask := uint32(len(w.slots) - 1)
	for at = foldedHash(word) & mask; w.slots[at] != 0; at = (at + 1) & mask {
		if strings.EqualFold(w.terms[w.slots[at]-1].Word, word) {
			return at, true
		}
	}
	return at, false
}

// foldedHash is FNV-1a of a word in lower case.
func foldedHash(word string) uint32 {
	h := uint32(2166136261)
	for _, r := range word {
		h = (h ^ uint32(unicode.ToLower(r))) * 16777619
	}
	return h
}
