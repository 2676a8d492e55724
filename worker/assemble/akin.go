package assemble

import (
	"math"
	"slices"
)

// kindred adds score for words that no term names and that are akin to what
// the terms mean together: "karate" where somebody asks for martial arts. All
// of them count as one more term, and for little: they order what the words
// of the query leave open. The rarer one is in the corpus, the more it tells.
func (r *ranking) kindred(c *corpus, q *Query, par *params) {
	r.about, r.holds = r.about[:0], r.holds[:0]
	for t := range q.Terms {
		if term := &q.Terms[t]; term.Class == Content && !r.isName(term) {
			r.about = append(r.about, term.Hash)
		}
	}
	if q.Akin == nil || len(r.about) == 0 {
		return
	}
	r.akin = q.Akin(r.akin[:0], r.about)
	for _, a := range r.akin {
		if !q.asksFor(a.Hash) {
			r.gatherAkin(c, a, par)
		}
	}
	if len(r.holds) > 0 {
		r.spread(c, par)
		r.settle(c, par.akinWeight*float64(r.total), par)
	}
}

// gatherAkin adds the items that hold an akin word, each use at what it is
// worth by how near the word is and how rare. A word that many items hold
// tells nothing of any and would cost most.
func (r *ranking) gatherAkin(c *corpus, a Related, par *params) {
	session, user := c.session.Postings(a.Hash), c.user.Postings(a.Hash)
	df := session.Len() + user.Len()
	if df == 0 || float64(df) > 2+par.akinMost*float64(c.len()) {
		return
	}
	rarity := idf(df, c.len()) / par.akinIDF
	worth := a.Weight * float32(rarity*rarity)
	r.hold(&session, 0, worth)
	r.hold(&user, int32(c.split), worth)
}

func (q *Query) asksFor(hash uint32) bool {
	return slices.ContainsFunc(q.Terms, func(t Term) bool { return t.Hash == hash })
}

// idf is the inverse document frequency of a word that df of n items hold.
func idf(df, n int) float64 {
	return math.Log(1 + (float64(n-df)+0.5)/(float64(df)+0.5))
}
