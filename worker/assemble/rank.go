package assemble

import (
	"math"

	"github.com/context-manager/context-manager/tiers/page"
)

// rank scores every item of the corpus.
func (r *ranking) rank(c *corpus, in *Input, par *params) {
	r.score = resizeZero(r.score, c.len())
	r.links.build(c, par)
	r.names.resolve(c, &in.Query)
	r.lexical(c, &in.Query, par)
	r.byTime = r.hits == 0 && len(in.Query.Spans) == 0
	if r.byTime {
		return
	}
	for i := range r.score {
		if c.open[i] {
			f := r.factorsOf(c, in, i, par)
			r.score[i] = float32((r.base(i, par) + r.priorOf(c, i, par)) * f.product())
		}
	}
}

// relevant tells whether an item has to do with the query at all.
func (r *ranking) relevant(i int) bool { return r.match[i] > 0 }

// base is the share of the query that an item answers, by weight, lowered for
// what it leaves out. Between 0 and 1.
func (r *ranking) base(i int, par *params) float64 {
	if r.match[i] == 0 {
		return 0
	}
	covered := min(1, float64(r.cover[i])/r.total)
	return float64(r.match[i]) / (r.total * (par.k1 + 1)) * math.Pow(covered, par.coverage)
}

// priorOf favours items that say more, all else being equal.
func (r *ranking) priorOf(c *corpus, i int, par *params) float64 {
	return par.prior * math.Log1p(float64(c.rows[i].WordsD))
}

func pinned(row *page.Row) bool { return row.Flags&page.Pinned != 0 }
