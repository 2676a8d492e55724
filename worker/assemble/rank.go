package assemble

import (
	"github.com/context-manager/context-manager/tiers/page"
)

// rank scores every item of the corpus.
func (r *ranking) rank(c *corpus, in *Input, par *params) {
	if in.Query != nil {
		r.query = in.Query()
	}
	r.score = resizeZero(r.score, c.len())
	r.curves.make(par)
	r.links.build(c, &r.curves, par)
	r.names.resolve(c, &r.query)
	r.lexical(c, in, par)
	r.vectors.compare(c, in.Request.Embedding)
	r.byTime = len(r.query.Spans) == 0 && r.compared == 0 && !r.found(c)
	if r.byTime || c.len() == 0 {
		return
	}
	r.scale = 1 / (r.total * float32(par.k1+1))
	r.part = 1 / r.total
	for i := range r.score {
		r.score[i] = r.base(i)
	}
	if r.compared > 0 {
		r.fuse(r.score, par)
	}
	r.prepareFactors(c, in, par)
	r.applyFactors(c, in, par)
	r.preferNewer(c)
}

// found tells whether any item that may come has to do with the query's words.
func (r *ranking) found(c *corpus) bool {
	for i, match := range r.match {
		if match > 0 && c.open[i] {
			return true
		}
	}
	return false
}

// relevant tells whether an item has to do with the query at all.
func (r *ranking) relevant(i int) bool { return r.match[i] > 0 || r.stands(i) }

// base is the share of the query that an item answers, by weight, lowered for
// what it leaves out. Between 0 and about 1.
func (r *ranking) base(i int) float32 {
	if r.match[i] == 0 {
		return 0
	}
	return r.match[i] * r.scale * r.curves.covered(r.cover[i]*r.part)
}

func pinned(row *page.Row) bool { return row.Flags&page.Pinned != 0 }
