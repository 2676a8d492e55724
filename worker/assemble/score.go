package assemble

import (
	"math"

	"github.com/context-manager/context-manager/tiers/page"
)

// A ranking holds the scores of a corpus's items for one query. Its memory is reused.
type ranking struct {
	links
	names
	curves
	vectors
	subjects []subject

	total   float32   // of all weights
	borrow  []float32 // x: an item's own and borrowed uses of the term at hand
	touched []int32   // items whose x is above zero
	match   []float32 // sum of saturated, weighted terms
	cover   []float32 // sum of weights of the terms that are there
	terms   []uint32  // bit t: the item itself holds query term t
	score   []float32
	hits    int  // uses of the query's terms
	byTime  bool // nothing to rank by: the newest items are best
}

// lexical computes match and cover for every item: BM25 (Robertson and
// Zaragoza 2009) in which an item's uses of a word include a part of its
// neighbours', added up before they saturate.
func (r *ranking) lexical(c *corpus, q *Query, par *params) {
	n := c.len()
	r.match, r.cover = resizeZero(r.match, n), resizeZero(r.cover, n)
	r.terms, r.borrow = resizeZero(r.terms, n), resizeZero(r.borrow, n)
	r.total, r.touched, r.hits = 0, r.touched[:0], 0
	for t := range q.Terms {
		term := &q.Terms[t]
		session, user := c.session.Postings(term.Hash), c.user.Postings(term.Hash)
		r.hits += session.Len() + user.Len()
		w := r.termWeight(term, session.Len()+user.Len(), n, par)
		r.total += float32(w)
		if w == 0 {
			continue
		}
		r.markOwn(session, 0, t)
		r.markOwn(user, c.split, t)
		r.spread(c, session, 0, 1, par)
		r.spread(c, user, c.split, 1, par)
		r.settle(c, w, par)
		if len(term.Related) > 0 {
			r.widen(c, term, session, user, par)
		}
	}
}

// widen adds score for the concept that a term belongs to: for the term itself
// and for what may stand for it. A concept is found in more items than a word,
// so it weighs less, both by its own frequency and because it is less exact.
// It is not missed where it is not found.
func (r *ranking) widen(c *corpus, t *Term, session, user page.Postings, par *params) {
	own := session.Len() + user.Len()
	all := own
	for _, related := range t.Related {
		s, u := c.session.Postings(related.Hash), c.user.Postings(related.Hash)
		all += s.Len() + u.Len()
		r.spread(c, s, 0, related.Weight, par)
		r.spread(c, u, c.split, related.Weight, par)
	}
	if all == own {
		return
	}
	r.hits += all - own
	r.spread(c, session, 0, 1, par)
	r.spread(c, user, c.split, 1, par)
	w := par.relatedWeight * r.termWeight(t, min(all, c.len()), c.len(), par)
	r.settle(c, w, par)
}

// markOwn notes which items hold query term t themselves.
func (r *ranking) markOwn(p page.Postings, first, t int) {
	for {
		at, _, _, ok := p.Next()
		if !ok {
			return
		}
		r.terms[first+at] |= 1 << min(t, 31)
	}
}

// termWeight is the inverse document frequency of a query term, sharpened,
// times the weight of its class.
func (r *ranking) termWeight(t *Term, df, n int, par *params) float64 {
	idf := math.Log(1 + (float64(n-df)+0.5)/(float64(df)+0.5))
	w := float64(t.Count) * math.Pow(idf, par.idfPower)
	switch {
	case r.isName(t):
		return w * par.nameWeight
	case t.Class == Frame:
		return w * par.frameWeight
	case t.Class == Date:
		return w * par.dateWeight
	default:
		return w
	}
}

// spread adds a word's uses, each at what it is worth, to the items that hold
// it and to their neighbours.
func (r *ranking) spread(c *corpus, p page.Postings, first int, worth float32, par *params) {
	for {
		at, d, q, ok := p.Next()
		if !ok {
			return
		}
		i := int32(first + at)
		said, asked := worth*float32(d), worth*float32(q)
		r.add(i, said+float32(par.ownAsked)*asked)
		r.lend(c, i, said+asked, asked, par)
	}
}

// lend gives an item's uses of a term to its neighbours.
func (r *ranking) lend(c *corpus, i int32, all, asked float32, par *params) {
	if j := r.nextOther[i]; j != none {
		r.add(j, float32(par.prevOther)*all)
		if asked > 0 {
			r.ask(c, i, j, asked, par)
		}
	}
	if j := r.prevOther[i]; j != none {
		r.add(j, float32(par.nextOther)*all)
	}
	if j := r.prevSame[i]; j != none {
		r.add(j, float32(par.nextSame)*all)
	}
	if j := r.nextSame[i]; j != none {
		r.add(j, float32(par.prevSame)*all)
		if j = r.nextSame[j]; j != none {
			r.add(j, float32(par.prevSame2)*all)
		}
	}
	if m := r.mate[i]; m != none {
		for j := m; j != i; j = r.mate[j] {
			r.add(j, float32(par.groupMate)*all)
		}
	}
}

// ask gives what item i asks, with more weight than what is stated, to those
// that may answer: all who speak from j on, until the asker does again, each
// less than the one before. In a talk of two that is one turn; in an agent's
// log the tool call, its result and what the agent makes of it.
func (r *ranking) ask(c *corpus, i, j int32, asked float32, par *params) {
	worth := float32(par.askedBefore) * asked
	for range par.askedReach {
		r.add(j, worth)
		worth *= float32(par.askedDecay)
		if j++; int(j) >= c.len() || c.speaker[j] == c.speaker[i] || !c.together(int(j-1), int(j), par) {
			return
		}
	}
}

func (r *ranking) add(i int32, x float32) {
	if r.borrow[i] == 0 {
		r.touched = append(r.touched, i)
	}
	r.borrow[i] += x
}

// settle turns the uses of the term at hand into score.
func (r *ranking) settle(c *corpus, weight float64, par *params) {
	w, gain := float32(weight), float32(weight*(par.k1+1))
	flat := float32(par.k1 * (1 - par.b))
	slope := float32(par.k1 * par.b / c.length)
	for _, i := range r.touched {
		x := r.borrow[i]
		r.borrow[i] = 0
		r.match[i] += gain * x / (x + flat + slope*float32(weightedLength(&c.rows[i], par)))
		r.cover[i] += w * min(1, x)
	}
	r.touched = r.touched[:0]
}
