package analyze

import (
	"slices"
	"time"

	"github.com/context-manager/context-manager/worker/analyze/fold"
	"github.com/context-manager/context-manager/worker/assemble"
)

// Query analyses a query. Language is an ISO 639-1 code, or empty to detect it;
// now is what "yesterday" is relative to, and its location is where days begin.
func (a *Analyzer) Query(text, language string, now time.Time) assemble.Query {
	s := a.scans.Get().(*scan)
	defer a.scans.Put(s)
	s.detect(text, language)
	if language == "" && s.telling() == 0 {
		s.run(text, fallback) // "Ha Noi" are stop words of Italian, and here more likely a name
	}
	s.shorten()
	return s.query(now)
}

// maxQueryWords bounds the work for one query. A longer one is a paste: what is
// asked stands at its beginning or its end.
const maxQueryWords = 512

// shorten leaves the ends of a query that is too long.
func (s *scan) shorten() {
	if len(s.found) <= maxQueryWords {
		return
	}
	tail := s.found[len(s.found)-maxQueryWords/2:]
	s.found, s.variants = append(s.found[:maxQueryWords/2], tail...), s.variants[:0]
}

// query reads a query off a scan.
func (s *scan) query(now time.Time) assemble.Query {
	words := s.surfaces()
	s.dates = append(s.dates[:0], make([]bool, len(words))...)
	dates := s.dates
	q := assemble.Query{Kind: kindOf(words), Spans: s.lexicons.of(s.language).dates.Find(words, now, dates), Plain: fold.Plain}
	if s.language == fallback {
		q.About = aboutWhom(words)
	}
	q.Terms = s.queryTerms(words, dates)
	s.widen(&q)
	clear(words) // terms share the text, nothing else keeps it
	return q
}

func (s *scan) queryTerms(words []string, dates []bool) []assemble.Term {
	terms := make([]assemble.Term, 0, s.telling()+len(s.variants))
	for i := range s.found {
		o := &s.found[i]
		switch {
		case dates[i]:
			terms = addTerm(terms, o, assemble.Date, words[i])
		case o.kind&stopWord != 0:
		case o.kind&frameWord != 0:
			terms = addTerm(terms, o, assemble.Frame, words[i])
		case o.kind&talkWord != 0:
			terms = addTerm(terms, o, assemble.Talk, words[i])
		default:
			terms = addTerm(terms, o, assemble.Content, words[i])
		}
	}
	for i := range s.variants {
		if v := &s.variants[i]; v.kind&stopWord == 0 && !dates[v.of] {
			terms = addTerm(terms, &v.occurrence, assemble.Content, string(s.lower[v.start:v.end]))
		}
	}
	return terms
}

// maxWidenedTerms is how many words a query has at most for its words to be
// widened: a long one says itself what it is about.
const maxWidenedTerms = 32

// widen says of every term that is no date what may stand for it, and whom to
// ask what it may have been meant as and what is akin to them all.
func (s *scan) widen(q *assemble.Query) {
	if len(q.Terms) > maxWidenedTerms {
		return
	}
	lexicon := s.lexicons.of(s.language)
	q.Slips, q.Akin = lexicon.meant, lexicon.akin
	if s.language == fallback && s.telling() == len(s.found) { // no word tells that it is English
		q.Slips = s.lexicons.unshown
	}
	for i := range q.Terms {
		if t := &q.Terms[i]; t.Class != assemble.Date {
			t.Related = lexicon.related[t.Hash]
		}
	}
}

// telling counts the words that are no stop words.
func (s *scan) telling() (n int) {
	for i := range s.found {
		if s.found[i].kind&stopWord == 0 {
			n++
		}
	}
	return n
}

// surfaces returns the words of a text in lower case, in order, until the next scan.
func (s *scan) surfaces() []string {
	all := string(s.lower)
	s.surface = s.surface[:0]
	for i := range s.found {
		s.surface = append(s.surface, all[s.found[i].start:s.found[i].end])
	}
	return s.surface
}

func addTerm(terms []assemble.Term, o *occurrence, class assemble.Class, word string) []assemble.Term {
	i := slices.IndexFunc(terms, func(t assemble.Term) bool { return t.Hash == o.hash })
	if i < 0 {
		return append(terms, assemble.Term{Hash: o.hash, Count: 1, Class: class, Word: word, Variant: o.varied, Possessive: o.possessive})
	}
	terms[i].Count = max(terms[i].Count, terms[i].Count+1)
	terms[i].Class = min(terms[i].Class, class)
	terms[i].Possessive = terms[i].Possessive && o.possessive
	return terms
}

// kindOf tells what a question asks for, by its question words.
func kindOf(words []string) (k assemble.Kind) {
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch w {
		case "when":
			k |= assemble.AsksWhen
		case "what":
			k |= ifTime(next)
		case "which":
			k |= assemble.AsksEntity | ifTime(next)
		case "how":
			k |= howMuch(next)
		case "who", "whom", "whose", "where", "name", "names", "named", "called":
			k |= assemble.AsksEntity
		case "book", "books", "movie", "movies", "film", "films", "song", "songs", "album", "game", "games", "show",
			"series", "title", "play", "poem", "novel", "band", "article", "podcast":
			k |= assemble.AsksTitle
		}
	}
	return k
}

func howMuch(w string) assemble.Kind {
	switch w {
	case "long", "old":
		return assemble.AsksWhen | assemble.AsksNumber
	case "many", "much", "often", "far", "tall", "big", "high", "heavy":
		return assemble.AsksNumber
	}
	return 0
}

func ifTime(w string) assemble.Kind {
	switch w {
	case "date", "day", "week", "month", "year", "time", "hour", "weekday":
		return assemble.AsksWhen
	}
	return 0
}
