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
	score   float32 // the best of its facts so far
	next    int32   // 1 more than the index of the next one in its bucket, 0 none
}

// subjects are those of a query's facts, in buckets: a user may have as many as
// facts. Their memory is reused.
type subjects struct {
	all     []subject
	buckets []int32 // 1 more than the index of a subject, 0 none; a power of two
}

func (s *subjects) begin(most int) {
	buckets := 16
	for buckets < most {
		buckets *= 2
	}
	s.all, s.buckets = s.all[:0], resizeZero(s.buckets, buckets)
}

// of finds a subject, which is good until the next one is asked for.
func (s *subjects) of(speaker int32, terms uint32) *subject {
	h := uint32(speaker)*0x9e3779b1 ^ terms*0x85ebca6b
	first := &s.buckets[(h^h>>15)&uint32(len(s.buckets)-1)]
	for i := *first; i != 0; i = s.all[i-1].next {
		if at := &s.all[i-1]; at.speaker == speaker && at.terms == terms {
			return at
		}
	}
	s.all = append(s.all, subject{speaker: speaker, terms: terms, next: *first})
	*first = int32(len(s.all))
	return &s.all[len(s.all)-1]
}

// preferNewer lifts a fact to the score of older ones about the same thing, so
// that of two that conflict the newer is taken first.
func (r *ranking) preferNewer(c *corpus) {
	if c.split == c.len() {
		return
	}
	r.subjects.begin(c.len() - c.split)
	for i := c.split; i < c.len(); i++ {
		if !c.open[i] || r.terms[i] == 0 || c.rows[i].Level != page.LongTerm {
			continue
		}
		s := r.subjects.of(c.speaker[i], r.terms[i])
		if r.score[i] >= rival*s.score {
			r.score[i] = max(r.score[i], s.score)
		}
		s.score = max(s.score, r.score[i])
	}
}
