package assemble

import "github.com/context-manager/context-manager/tiers/page"

// rival is how near the score of a newer fact has to be to that of an older
// one, which holds the same words of the query, to come before it.
const rival = 0.7

// A subject is what facts about one thing have in common: who states them and
// which of the query's words they hold.
type subject struct {
	speaker int32
	terms   uint32
	score   float32
}

// preferNewer lifts a fact to the score of older ones about the same thing, so
// that of two that conflict the newer is taken first.
func (r *ranking) preferNewer(c *corpus) {
	r.subjects = r.subjects[:0]
	for i := c.split; i < c.len(); i++ {
		if !c.open[i] || r.terms[i] == 0 || c.rows[i].Level != page.LongTerm {
			continue
		}
		s := r.subjectOf(c.speaker[i], r.terms[i])
		if r.score[i] >= rival*s.score {
			r.score[i] = max(r.score[i], s.score)
		}
		s.score = max(s.score, r.score[i])
	}
}

func (r *ranking) subjectOf(speaker int32, terms uint32) *subject {
	for i := range r.subjects {
		if s := &r.subjects[i]; s.speaker == speaker && s.terms == terms {
			return s
		}
	}
	r.subjects = append(r.subjects, subject{speaker: speaker, terms: terms})
	return &r.subjects[len(r.subjects)-1]
}
