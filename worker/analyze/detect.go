package analyze

import "math/bits"

const (
	// maxVoters is how many words of a text are asked for its language.
	maxVoters = 60
	// shortText is how many words a text has at most that are all asked, though a
	// third of them are English: those of "Was war am 3. Mai?" are German, too.
	shortText = 8
)

// detect walks over a text in the language that a caller names, or finds the
// language: by its letters or else by its function words. Most texts are
// found to be English by the very walk that analyses them.
func (s *scan) detect(text, named string) language {
	if named != "" {
		lang := s.lexicons.named(named)
		s.run(text, lang)
		return lang
	}
	s.run(text, fallback)
	stops := len(s.found) - s.telling()
	english := 3*stops >= len(s.found) && stops > 0
	if english && len(s.found) > shortText {
		return fallback
	}
	lang := s.vote(stops)
	if lang == fallback && !english {
		if found, ok := s.lexicons.byScript(text); ok && s.foreign() {
			lang = found
		}
	}
	if lang != fallback {
		s.run(text, lang)
	}
	return lang
}

// vote counts function words by language. English has those found already;
// another language needs more.
func (s *scan) vote(english int) language {
	var counts [32]int
	for i := range s.found[:min(maxVoters, len(s.found))] {
		o := &s.found[i]
		for set := s.lexicons.votes[string(s.lower[o.start:o.end])]; set != 0; set &= set - 1 {
			counts[bits.TrailingZeros32(set)]++
		}
	}
	best, most := fallback, english
	for l, n := range counts {
		if n > most {
			best, most = language(l), n
		}
	}
	return best
}

// foreign tells whether most words are not written in ASCII. A number is of no
// language, unless it has a sign behind it, as in "3월".
func (s *scan) foreign() bool {
	ascii, other := 0, 0
	for i := range s.found {
		o := &s.found[i]
		first, last := s.lower[o.start], s.lower[o.end-1]
		digit := '0' <= first && first <= '9'
		switch {
		case first >= 0x80, digit && last >= 0x80:
			other++
		case !digit:
			ascii++
		}
	}
	return other > ascii
}
