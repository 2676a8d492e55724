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
}

// mostSubjects is how many subjects a map is used again for: clearing one takes
// as long as it was ever large.
const mostSubjects = 1 << 10

// preferNewer lifts a fact to the score of older ones about the same thing, so
// that of two that conflict the newer is taken first.
func (r *ranking) preferNewer(c *corpus) {
	if c.split == c.len() {
		return
	}
	if r.subjects == nil || len(r.subjects) > mostSubjects {
		r.subjects = make(map[subject]float32)
	}
	clear(r.subjects)
	for i := c.split; i < c.len(); i++ {
		if !c.open[i] || r.terms[i] == 0 || c.rows[i].Level != page.LongTerm {
			continue
		}
		s := subject{c.speaker[i], r.terms[i]}
		best := r.subjects[s]
		if r.score[i] >= rival*best {
			r.score[i] = max(r.score[i], best)
		}
		r.subjects[s] = max(best, r.score[i])
	}
}
