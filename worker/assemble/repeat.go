package assemble

import (
	"math/bits"
	"strings"
	"unicode"
)

const (
	// nearBits is how many of the 64 bits of two fingerprints may differ for
	// the texts to be compared. Unrelated texts differ in 32 on average.
	nearBits = 12
	// sharedWords is the part of their words that near-duplicates share at least.
	sharedWords = 0.85
	// maxCompared is how long a text is, in bytes, that is compared word by word.
	maxCompared = 4096
	// shortAnswer is how many tokens a live turn has at least to be a repetition:
	// a "yes" belongs to the question before it.
	shortAnswer = 8
)

// repeats tells whether an item says what a taken one says.
func (p *packer) repeats(i int, where section) bool {
	row := &p.corpus.rows[i]
	if where == live && row.TextTokens < shortAnswer {
		return false
	}
	for k, other := range p.prints {
		if bits.OnesCount64(row.Simhash^other) > nearBits {
			continue
		}
		if j := p.chosen[k]; p.fates[j] == taken && p.same(i, int(j)) {
			p.fates[i], p.other[i] = repeated, j
			return true
		}
	}
	return false
}

// same tells whether two items are duplicates, exact or near.
func (p *packer) same(i, j int) bool {
	pi, ii := p.corpus.at(i)
	pj, jj := p.corpus.at(j)
	if pi.Name(ii) != pj.Name(jj) {
		return false
	}
	a, b := pi.Text(ii), pj.Text(jj)
	if a == b {
		return true
	}
	return len(a) <= maxCompared && len(b) <= maxCompared && overlap(a, b) >= sharedWords && !conflict(a, b)
}

// overlap is the part of the words of two texts that is in both (Dice's coefficient).
func overlap(a, b string) float64 {
	shared, words := 0, 0
	for w := range strings.FieldsFuncSeq(a, notInWord) {
		words++
		if hasWord(b, w) {
			shared += 2
		}
	}
	for range strings.FieldsFuncSeq(b, notInWord) {
		words++
	}
	if words == 0 {
		return 0
	}
	return float64(shared) / float64(words)
}

// conflict tells whether two like texts differ in what makes facts differ: a
// number, a name, a "not".
func conflict(a, b string) bool { return saysMore(a, b) || saysMore(b, a) }

// saysMore tells whether a has such a word that b lacks.
func saysMore(a, b string) bool {
	first := true
	for word := range strings.FieldsFuncSeq(a, notInWord) {
		if telling(word, first) && !hasWord(b, word) {
			return true
		}
		first = false
	}
	return false
}

func notInWord(r rune) bool {
	return r != '\'' && r != '’' && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}

func telling(word string, first bool) bool {
	for i, r := range word {
		if unicode.IsNumber(r) || i == 0 && !first && unicode.IsUpper(r) {
			return true
		}
	}
	switch strings.ToLower(word) {
	case "not", "no", "never", "without":
		return true
	}
	return strings.HasSuffix(word, "n't") || strings.HasSuffix(word, "n’t")
}

func hasWord(text, word string) bool {
	for w := range strings.FieldsFuncSeq(text, notInWord) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
