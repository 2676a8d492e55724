package assemble

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// nearBits is how many of the 64 bits of two fingerprints may differ for
	// what the texts say to be compared. Unrelated texts differ in 32 on average.
	nearBits = 12
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

// same tells whether two items are duplicates, exact or near: the same one says
// the same in both.
func (p *packer) same(i, j int) bool {
	if p.corpus.rows[i].Role != p.corpus.rows[j].Role {
		return false
	}
	pi, ii := p.corpus.at(i)
	pj, jj := p.corpus.at(j)
	return pi.Name(ii) == pj.Name(jj) && p.saying(i) == p.saying(j)
}

// saying is the saying of an item's text, worked out once: a tool may put out
// a hundred long texts that are all near each other.
func (p *packer) saying(i int) uint64 {
	if p.sayings[i] == 0 {
		pg, at := p.corpus.at(i)
		p.sayings[i] = saying(pg.Text(at))
	}
	return p.sayings[i]
}

// saying is a hash of a text's words in their order (FNV-1a), without regard
// to case, to what sets words off from each other, and to fillers. Any other
// word may be all that two facts differ in: a colour, an "off", a number, a
// sign, a "?".
func saying(text string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for word := range strings.FieldsFuncSeq(text, setsOff) {
		if filler(word) {
			continue
		}
		for _, r := range word {
			h = (h ^ uint64(plain(r))) * prime
		}
		h = (h ^ ' ') * prime
	}
	return h
}

func plain(r rune) rune {
	if r == '’' {
		return '\''
	}
	return unicode.ToLower(r)
}

// setsOff tells whether a rune sets words off from each other and says nothing itself.
func setsOff(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || strings.IndexByte(`.,!;:"()[]{}`, byte(r)) >= 0
	}
	return unicode.IsSpace(r) || strings.ContainsRune("…“”„«»—–·、。，！；：「」『』（）", r)
}

// filler tells whether a word may be left out, and nothing else is said.
func filler(word string) bool {
	if len(word) > len("actually") {
		return false
	}
	switch strings.ToLower(word) {
	case "a", "an", "the", "oh", "ah", "um", "well", "hey", "please", "just", "so", "also", "really", "very", "quite", "actually", "indeed":
		return true
	}
	return false
}
