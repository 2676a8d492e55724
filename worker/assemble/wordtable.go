package assemble

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A wordTable finds a query's terms by a word of a name, whatever its case and its
// accents: a page may have thousands of names, and a query hundreds of words. Its
// memory is reused.
type wordTable struct {
	slots []int32  // 1 more than the index of a term, 0 free; a power of two, half of them free at least
	words []string // of terms, plain
	plain func(lower string) string
}

func (w *wordTable) fill(q *Query) {
	size := 16
	for size < 2*len(q.Terms) {
		size *= 2
	}
	w.slots, w.words, w.plain = resizeZero(w.slots, size), resizeZero(w.words, len(q.Terms)), q.Plain
	for t := range q.Terms {
		word := q.Terms[t].Word
		if len(word) < 2 || q.Terms[t].Variant {
			continue // one letter is no name
		}
		w.words[t] = w.plainly(word)
		if at, known := w.slot(w.words[t]); !known {
			w.slots[at] = int32(t) + 1
		}
	}
}

// forget lets go of the query's words.
func (w *wordTable) forget() { clear(w.words) }

// find gives the index of the term that a word is.
func (w *wordTable) find(word string) (int, bool) {
	at, known := w.slot(w.plainly(word))
	return int(w.slots[at]) - 1, known
}

// plainly is a word as people may write it. Most are in ASCII, and are so.
func (w *wordTable) plainly(word string) string {
	if w.plain == nil || strings.IndexFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return word
	}
	return w.plain(strings.ToLower(word))
}

// appendTerms appends the terms of a query that are words of a name, each once, in the
// order of the query.
func (w *wordTable) appendTerms(dst []int32, name string) []int32 {
	known := len(dst)
	for word := range strings.FieldsFuncSeq(name, notInName) {
		if t, ok := w.find(word); ok && !slices.Contains(dst[known:], int32(t)) {
			dst = append(dst, int32(t))
		}
	}
	slices.Sort(dst[known:])
	return dst
}

// slot is where a word is, or where it would be.
func (w *wordTable) slot(word string) (at uint32, known bool) {
	mask := uint32(len(w.slots) - 1)
	for at = foldedHash(word) & mask; w.slots[at] != 0; at = (at + 1) & mask {
		if strings.EqualFold(w.words[w.slots[at]-1], word) {
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
