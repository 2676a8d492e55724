package analyze

import (
	"slices"
	"sync"

	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/analyze/thesaurus"
	"github.com/context-manager/context-manager/worker/assemble"
)

// An Analyzer analyses items and queries. It is safe for concurrent use.
type Analyzer struct {
	tokens   *counter
	lexicons *lexicons
	scans    sync.Pool
}

// New loads the tokenizer's vocabulary and the word lists. It takes tens of
// milliseconds the first time.
func New() (*Analyzer, error) {
	tokens, err := newCounter()
	if err != nil {
		return nil, err
	}
	english, err := thesaurus.English()
	if err != nil {
		return nil, err
	}
	a := &Analyzer{tokens: tokens, lexicons: newLexicons()}
	a.lexicons.of(fallback).akin = english.Akin
	a.scans.New = func() any { return &scan{lexicons: a.lexicons} }
	return a, nil
}

// Count returns the number of o200k_base tokens of a text.
func (a *Analyzer) Count(text string) int { return a.tokens.count(text) }

// Item fills in what analysis finds out about an item: Language (unless the
// caller gave one), LineTokens, TextTokens, WordsD, WordsQ, Saying, Terms and
// Flags, of which Pinned is kept. It reads Role, Name, Text and Language.
func (a *Analyzer) Item(it *page.Item) {
	line, text := a.tokens.countLine(string(assemble.AppendLine(nil, it.Role, it.Name, it.Text)), it.Text)
	it.LineTokens, it.TextTokens = uint32(line), uint32(text)

	s := a.scans.Get().(*scan)
	defer a.scans.Put(s)
	first, rest := cutSection(it.Text)
	lang := s.detect(first, it.Language)
	if it.Language == "" {
		it.Language = a.lexicons.codes[lang]
	}
	var all findings
	for all.add(s); rest != ""; all.add(s) {
		first, rest = cutSection(rest)
		s.run(first, lang)
	}
	it.Flags = it.Flags&page.Pinned | all.flags
	it.WordsD, it.WordsQ, it.Terms = all.stated, all.asked, all.terms
	it.Saying = assemble.Saying(it.Role, it.Name, it.Text)
}

func (s *scan) flags() (f page.Flags) {
	for i := range s.found {
		o := &s.found[i]
		if o.kind&timeWord != 0 {
			f |= page.TimeWord
		}
		if o.proper {
			f |= page.Proper
		}
		if o.asked {
			f |= page.Asks
		}
		if o.kind&numberWord != 0 {
			f |= page.Number
		}
	}
	return f
}

func (s *scan) words() (stated, asked uint16) {
	for i := range s.found {
		o := &s.found[i]
		switch {
		case o.kind&stopWord != 0:
		case o.asked:
			asked = saturate16(asked)
		default:
			stated = saturate16(stated)
		}
	}
	return stated, asked
}

func saturate16(n uint16) uint16 { return max(n, n+1) }

// terms counts the words that are no stop words, by hash.
func (s *scan) terms() []page.Term {
	s.keys = s.keys[:0]
	for i := range s.found {
		if o := &s.found[i]; o.kind&stopWord == 0 {
			s.keys = append(s.keys, uint64(o.hash)<<1|uint64(b2i(o.asked)))
		}
	}
	for i := range s.variants {
		if v := &s.variants[i]; v.kind&stopWord == 0 {
			s.keys = append(s.keys, uint64(v.hash)<<1|uint64(b2i(s.found[v.of].asked)))
		}
	}
	slices.Sort(s.keys)
	return countTerms(s.keys)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func countTerms(keys []uint64) []page.Term {
	distinct := 0
	for i, k := range keys {
		if i == 0 || k>>1 != keys[i-1]>>1 {
			distinct++
		}
	}
	terms := make([]page.Term, 0, distinct)
	for i, k := range keys {
		if i == 0 || k>>1 != keys[i-1]>>1 {
			terms = append(terms, page.Term{Hash: uint32(k >> 1)})
		}
		t := &terms[len(terms)-1]
		if k&1 == 1 {
			t.Q = max(t.Q, t.Q+1)
		} else {
			t.D = max(t.D, t.D+1)
		}
	}
	return terms
}
