package analyze

import (
	"strings"
	"unicode"

	"github.com/context-manager/context-manager/worker/analyze/dates"
)

// A language is an index into the lexicons.
type language uint8

const fallback language = 0 // English

// lexicons are the lexicons of all languages, and what was found out about
// the words seen so far.
type lexicons struct {
	byIndex []*lexicon
	codes   []string
	votes   map[string]uint32 // function words: a bit for each language that has them
	seen    *cache[word]
	unshown func(dst []uint32, lower string) []uint32 // meant in a question that shows no language
}

const (
	wordCacheLimit = 1 << 15 // words remembered, twice that at most
	maxCachedWord  = 32      // bytes of a word that is remembered
)

func newLexicons() *lexicons {
	ls := &lexicons{votes: make(map[string]uint32), seen: newCache[word](wordCacheLimit)}
	for _, t := range tongues() {
		ls.add(t.code, lexiconOf(t))
		for _, w := range strings.Fields(t.stop) {
			ls.votes[w] |= 1 << (len(ls.codes) - 1)
		}
	}
	for _, code := range []string{"zh", "ja", "ko", "th", "und"} {
		l := newLexicon(unstemmed)
		if code == "ko" {
			l.stem = korean
		}
		l.dates = dates.Of(code)
		ls.add(code, l)
	}
	ls.say()
	return ls
}

// say sets what words may have been meant as. Where a question shows that it is
// English, only slips.
func (ls *lexicons) say() {
	english := ls.of(fallback)
	english.meant, ls.unshown = english.slips, ls.meantIn(english)
	for _, l := range ls.byIndex[1:] {
		l.meant = ls.meantIn(l)
	}
}

func (ls *lexicons) add(code string, l *lexicon) {
	ls.byIndex, ls.codes = append(ls.byIndex, l), append(ls.codes, code)
}

func lexiconOf(t tongue) *lexicon {
	if t.code == "en" {
		return englishLexicon(snowball(t.stem))
	}
	l := newLexicon(snowball(t.stem))
	l.mark(t.stop, stopWord)
	l.elide, l.nouns, l.endings = t.elide, t.code == "de", t.code == "tr"
	l.dates = dates.Of(t.code)
	return l
}

func (ls *lexicons) of(l language) *lexicon { return ls.byIndex[l] }

// word looks a lower-case word up.
func (ls *lexicons) word(l language, lower []byte) word {
	if len(lower) > maxCachedWord {
		return ls.of(l).word(string(lower))
	}
	var buf [maxCachedWord + 1]byte
	key := append(append(buf[:0], byte(l)), lower...)
	w, shard, ok := ls.seen.get(key)
	if !ok {
		w = ls.of(l).word(string(lower))
		shard.put(key, w)
	}
	return w
}

// named finds the language that a caller names: an ISO 639-1 code, perhaps
// with a region. One that is not known is not stemmed.
func (ls *lexicons) named(code string) language {
	code, _, _ = strings.Cut(strings.ToLower(code), "-")
	if code == "nb" || code == "nn" {
		code = "no"
	}
	return ls.byCode(code)
}

func (ls *lexicons) byCode(code string) language {
	for i, c := range ls.codes {
		if c == code {
			return language(i)
		}
	}
	return language(len(ls.codes) - 1)
}

// byScript finds the language of a text that is not written in Latin letters.
func (ls *lexicons) byScript(text string) (language, bool) {
	for _, r := range text {
		if r < 0x0370 || !unicode.IsLetter(r) {
			continue
		}
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			return ls.byCode("ru"), true
		case unicode.Is(unicode.Arabic, r):
			return ls.byCode("ar"), true
		case unicode.Is(unicode.Tamil, r):
			return ls.byCode("ta"), true
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			return ls.byCode("ja"), true
		case unicode.Is(unicode.Han, r):
			return ls.han(text), true
		case unicode.Is(unicode.Hangul, r):
			return ls.byCode("ko"), true
		case unicode.Is(unicode.Thai, r):
			return ls.byCode("th"), true
		}
		return ls.byCode("und"), true
	}
	return fallback, false
}

// han tells Japanese from Chinese: only the former has kana.
func (ls *lexicons) han(text string) language {
	for _, r := range text {
		if unicode.In(r, unicode.Hiragana, unicode.Katakana) {
			return ls.byCode("ja")
		}
	}
	return ls.byCode("zh")
}
