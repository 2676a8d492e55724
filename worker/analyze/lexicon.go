package analyze

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/context-manager/context-manager/worker/analyze/dates"
	"github.com/context-manager/context-manager/worker/analyze/fold"
	"github.com/context-manager/context-manager/worker/assemble"
)

// A wordKind is a set of flags about a word.
type wordKind uint8

const (
	stopWord   wordKind = 1 << iota // says nothing of what a text is about
	timeWord                        // names a time
	frameWord                       // says what form an answer has
	talkWord                        // speaks of the talk itself
	numberWord                      // is a number
)

// A lexicon is what is known about the words of one language.
type lexicon struct {
	kinds map[string]wordKind
	forms map[string]string
	stem  stemmer
	nouns bool // nouns are capitalised, so a capital letter says nothing
	elide bool // a short word may lose its end before a vowel: "l'homme"
	// endings follow a name and an apostrophe: "Ankara'dan"
	endings bool
	dates   dates.Form
	// related are the stems that may stand for a stem.
	related map[uint32][]assemble.Related
	meant   func(dst []uint32, lower string) []uint32 // what a word may have been meant as
	// akin asks the thesaurus, nil where there is none.
	akin func(dst []assemble.Related, about []uint32) []assemble.Related
}

func newLexicon(stem stemmer) *lexicon {
	return &lexicon{kinds: make(map[string]wordKind), forms: make(map[string]string), stem: stem}
}

// read takes in pairs of words, the one to be read as the other.
func (l *lexicon) read(forms string) {
	for pair := range strings.SplitSeq(forms, ",") {
		if from, to, ok := strings.Cut(strings.TrimSpace(pair), " "); ok {
			l.forms[from] = to
		}
	}
}

func (l *lexicon) mark(words string, kind wordKind) {
	for _, w := range strings.Fields(words) {
		l.kinds[w] |= kind
	}
}

// A word is what analysis knows about a lower-case word.
type word struct {
	hash uint32
	kind wordKind
}

func (l *lexicon) word(lower string) word {
	kind := l.kinds[lower]
	if r, _ := utf8.DecodeRuneInString(lower); unicode.IsNumber(r) {
		kind |= numberWord
	}
	if dates.IsYear(lower) {
		kind |= timeWord
	}
	if form, ok := l.forms[lower]; ok {
		lower = form
	}
	if kind&numberWord != 0 {
		lower = ungrouped(lower)
	}
	return word{hash: hashTerm(l.stemOf(lower)), kind: kind}
}

// ungrouped is a number without commas between its thousands: "1,000" is found by
// "1000", and "1,5" is what it is.
func ungrouped(number string) string {
	whole, _, _ := strings.Cut(number, ".")
	for i, group := range strings.Split(whole, ",") {
		if i > 0 && len(group) != 3 || len(group) > 3 {
			return number
		}
	}
	return strings.ReplaceAll(number, ",", "")
}

// stemOf is what all forms and spellings of a lower-case word have in common.
func (l *lexicon) stemOf(lower string) string { return fold.Accents(l.stem(fold.Spelling(lower))) }

// hashTerm is FNV-1a of 32 bits with the finalizer of MurmurHash3, which
// spreads what FNV leaves close. Stored: it must never change.
func hashTerm(stem string) uint32 {
	h := uint32(2166136261)
	for i := range len(stem) {
		h = (h ^ uint32(stem[i])) * 16777619
	}
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

// trim cuts clitics off a lower-case word and returns what is left of it: the
// end of "it's" and of "Ankara'dan", the beginning of "l'homme".
func (l *lexicon) trim(lower []byte) (from, to int) {
	i := bytes.IndexByte(lower, '\'')
	if i <= 0 {
		return 0, len(lower)
	}
	if l.elide {
		if l.kinds[string(lower)]&stopWord != 0 {
			return 0, len(lower) // it is known as a whole
		}
		return i + 1, len(lower)
	}
	if l.endings {
		return 0, i
	}
	switch string(lower[i+1:]) {
	case "s", "t", "re", "ve", "m", "ll", "d", "":
		return 0, i
	}
	return 0, len(lower)
}
