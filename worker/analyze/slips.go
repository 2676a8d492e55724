package analyze

import "slices"

// Slips of the pen are looked for in stems of so many letters: of a shorter one
// most neighbours are other words, a longer one is none.
const (
	minSlipped = 5
	maxSlipped = 24
)

// slips appends the hashes of all stems that are one slip of the pen from a
// lower-case word's own (Damerau 1964): a letter left out, put in, changed for
// another, or two swapped. The first letter is seldom wrong, so it stands.
// Only words in the letters a to z have any. A stem may come twice.
func (l *lexicon) slips(dst []uint32, lower string) []uint32 {
	if form, ok := l.forms[lower]; ok {
		lower = form
	}
	stem := l.stemOf(lower)
	n := len(stem)
	if n < minSlipped || n > maxSlipped || !inLetters(stem) {
		return dst
	}
	var room [maxSlipped + 1]byte
	for i := 1; i <= n; i++ {
		put := room[:n+1]
		copy(put, stem[:i])
		copy(put[i+1:], stem[i:])
		dst = appendLetters(dst, put, i, 0)
		if i == n {
			break
		}
		changed := room[:n]
		copy(changed, stem)
		dst = appendLetters(dst, changed, i, stem[i])
		if i+1 < n && stem[i] != stem[i+1] {
			changed[i], changed[i+1] = stem[i+1], stem[i]
			dst = append(dst, hashTerm(string(changed)))
		}
		copy(changed, stem[:i])
		copy(changed[i:], stem[i+1:])
		dst = append(dst, hashTerm(string(changed[:n-1])))
	}
	return dst
}

// appendLetters appends the hashes of a stem with every letter at i but one.
// It leaves another letter there.
func appendLetters(dst []uint32, stem []byte, i int, but byte) []uint32 {
	for c := byte('a'); c <= 'z'; c++ {
		if c != but {
			stem[i] = c
			dst = append(dst, hashTerm(string(stem)))
		}
	}
	return dst
}

func inLetters(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return true
}

// meantIn gives what appends the hashes of all that a lower-case word of a language
// may have been meant as: its slips, the word with other prefixes, and its stems in
// other languages. A few words, of a question or of a text, may not show their language,
// and are read as English then; and some languages are taken for their neighbours.
func (ls *lexicons) meantIn(own *lexicon) func(dst []uint32, lower string) []uint32 {
	return func(dst []uint32, lower string) []uint32 {
		dst = own.prefixed(own.slips(dst, lower), lower)
		first, known := len(dst), own.stemOf(lower)
		for _, l := range ls.byIndex {
			if stem := l.stemOf(lower); stem != known && !slices.Contains(dst[first:], hashTerm(stem)) {
				dst = append(dst, hashTerm(stem))
			}
		}
		return dst
	}
}
