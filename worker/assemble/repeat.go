package assemble

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/context-manager/context-manager/tiers/page"
)

// shortAnswer is how many tokens a live turn has at least to be a repetition:
// a "yes" belongs to the question before it.
const shortAnswer = 8

// repeats tells whether an item says what a taken one says.
func (p *packer) repeats(i int) bool {
	if row := &p.corpus.rows[i]; row.Level == page.Immediate && row.TextTokens < shortAnswer {
		return false
	}
	j, ok := p.saidBy(i)
	if ok {
		p.fates[i], p.other[i] = repeated, j
	}
	return ok
}

// manyTaken is how many items are taken before it is quicker to know what each
// of them says than to compare with all.
const manyTaken = 512

// saidBy finds the item taken that says what item i says. Items that say the
// same have the same Saying; of those that have, the texts decide.
func (p *packer) saidBy(i int) (int32, bool) {
	if len(p.chosen) >= manyTaken {
		return p.knownToSay(i)
	}
	own := p.corpus.rows[i].Saying
	if p.maybeSaid[own>>6&63]>>(own&63)&1 == 0 {
		return 0, false
	}
	for k, other := range p.chosenSaying {
		if other != own {
			continue
		}
		if j := p.chosen[k]; p.saying(int(j)) == p.saying(i) {
			return j, true
		}
	}
	return 0, false
}

func (p *packer) knownToSay(i int) (int32, bool) {
	if p.said == nil {
		p.said = make(map[uint64]int32)
	}
	for ; p.known < len(p.chosen); p.known++ {
		j := p.chosen[p.known]
		p.said[p.saying(int(j))] = j
	}
	j, ok := p.said[p.saying(i)]
	return j, ok && p.fates[j] == taken
}

// saying is a hash of who says what in an item, worked out once.
func (p *packer) saying(i int) uint64 {
	if p.sayings[i] == 0 {
		pg, at := p.corpus.at(i)
		p.sayings[i] = saying(p.corpus.rows[i].Role, pg.Name(at), pg.Text(at))
	}
	return p.sayings[i]
}

// Saying is what page.Item has of the hash of who says what: enough to tell
// nearly all items apart without a look at their texts.
func Saying(role page.Role, name, text string) uint16 {
	return uint16(saying(role, name, text) >> 48)
}

// saying is a hash of the words of a text in their order (FNV-1a), and of who
// says them, without regard to case, to what sets words off from each other, and
// to fillers. Any other word may be all that two facts differ in: a colour, an
// "off", a number, a sign, a "?". It does not go by the language, which another
// may have been found or given for the same text. It is never 0.
func saying(role page.Role, name, text string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := (uint64(offset) ^ uint64(role)) * prime
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * prime
	}
	said := false
	for rest := text; rest != ""; {
		var word string
		word, rest = firstWord(rest)
		word = bare(word)
		if word == "" || filler(word) {
			continue
		}
		said = true
		h = (h ^ ' ') * prime
		for _, r := range word {
			h = (h ^ uint64(plain(r))) * prime
		}
	}
	for i := 0; i < len(text) && !said; i++ { // fillers alone: what they say is themselves
		h = (h ^ uint64(text[i])) * prime
	}
	return h | 1
}

// firstWord cuts a text, which is not empty, at the first rune that sets words
// off: what is before it, perhaps nothing, and what is after it.
func firstWord(text string) (word, rest string) {
	for i, r := range text {
		if setsOff(r) {
			return text[:i], text[i+utf8.RuneLen(r):]
		}
	}
	return text, ""
}

func plain(r rune) rune {
	if r == '’' {
		return '\''
	}
	return unicode.ToLower(r)
}

// bare is a word without what may stand before and after it and says nothing.
// Inside a word, and as "." and "!" before it, the same signs do: "1.5", ".5",
// "!=", "!ready".
func bare(word string) string {
	for word != "" {
		r, size := utf8.DecodeRuneInString(word)
		if !opens(r) {
			break
		}
		word = word[size:]
	}
	for word != "" {
		r, size := utf8.DecodeLastRuneInString(word)
		if !closes(r) {
			break
		}
		word = word[:len(word)-size]
	}
	return word
}

func opens(r rune) bool {
	switch r {
	case '"', '(', '[', '{', '“', '„', '«':
		return true
	}
	return false
}

func closes(r rune) bool {
	switch r {
	case '.', ',', '!', ';', ':', '"', ')', ']', '}', '…', '”', '»':
		return true
	}
	return false
}

// setsOff tells whether a rune sets words off from each other and says nothing itself.
func setsOff(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' '
	}
	return unicode.IsSpace(r) || strings.ContainsRune("—–·、。，！；：「」『』（）", r)
}

// filler tells whether a word may be left out, and nothing else is said.
func filler(word string) bool {
	const longest = len("actually")
	if len(word) > longest {
		return false
	}
	var lower [longest]byte // all fillers are ASCII
	for i := range len(word) {
		lower[i] = word[i]
		if b := word[i]; 'A' <= b && b <= 'Z' {
			lower[i] += 'a' - 'A'
		}
	}
	switch string(lower[:len(word)]) {
	case "a", "an", "the", "oh", "ah", "um", "well", "hey", "please", "just", "so", "also", "really", "very", "quite", "actually", "indeed":
		return true
	}
	return false
}
