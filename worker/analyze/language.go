package analyze

// A language is an index into the lexicons.
type language uint8

const defaultLanguage language = 0

// lexicons are the lexicons of all languages, and what was found out about
// the words seen so far.
type lexicons struct {
	byIndex []*lexicon
	codes   []string
	seen    *cache[word]
}

const (
	wordCacheLimit = 1 << 15 // words remembered, twice that at most
	maxCachedWord  = 32      // bytes of a word that is remembered
)

func newLexicons() *lexicons {
	return &lexicons{
		byIndex: []*lexicon{englishLexicon()},
		codes:   []string{"en"},
		seen:    newCache[word](wordCacheLimit),
	}
}

func (ls *lexicons) of(l language) *lexicon { return ls.byIndex[l] }

// word looks a lower-case word up. The slice has room for one byte more, or is copied.
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

// detect finds the language of a text, or takes what the caller says.
func (ls *lexicons) detect(_, _ string) language { return defaultLanguage }
