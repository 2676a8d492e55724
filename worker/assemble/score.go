package assemble

import (
	"math"
	"math/bits"

	"github.com/context-manager/context-manager/tiers/page"
)

// A ranking holds the scores of a corpus's items for one query. Its memory is reused.
type ranking struct {
	links
	names
	curves
	vectors
	subjects map[subject]float32 // the best score of a fact about each

	traits  traitTable
	thrift  thrift
	total   float32   // of all weights
	part    float32   // of a weight in all of them: 1/total
	scale   float32   // of match, which is 1 if all terms are used without end
	holds   []holding // items that hold the term at hand
	borrow  []float32 // x: an item's own and borrowed uses of the term at hand, and nobody's
	pooled  []float32 // by group: what its items lend to each other of the term at hand
	poolers []int32   // the first item of each group that lends
	touched []uint64  // bit i: x of item i may be above zero
	match   []float32 // sum of saturated, weighted terms
	cover   []float32 // sum of weights of the terms that are there
	terms   []uint32  // bit t: the item itself holds query term t
	score   []float32
	slips   []uint32  // what the term at hand may have been meant as
	about   []uint32  // the terms that tell what the query means
	akin    []Related // words akin to that
	byTime  bool      // nothing to rank by: the newest items are best
}

// lexical computes match and cover for every item: BM25 (Robertson and
// Zaragoza 2009) in which an item's uses of a word include a part of its
// neighbours', added up before they saturate.
func (r *ranking) lexical(c *corpus, in *Input, par *params) {
	n, q := c.len(), &in.Query
	r.match, r.cover = resizeZero(r.match, n), resizeZero(r.cover, n)
	r.terms, r.borrow = resizeZero(r.terms, n), resizeZero(r.borrow, n+1)
	r.touched, r.pooled = resizeZero(r.touched, n>>6+1), resizeZero(r.pooled, c.groups+1)
	r.total = 0
	for t := range q.Terms {
		if in.stopped() {
			return
		}
		term := &q.Terms[t]
		r.holds = r.holds[:0]
		r.gather(c, term.Hash, 1)
		own := len(r.holds)
		w := r.termWeight(term, own, n, par)
		r.total += float32(w)
		if w == 0 {
			continue
		}
		for _, h := range r.holds {
			r.terms[h.item] |= 1 << min(t, 31)
		}
		r.spread(c, par)
		r.settle(c, w, par)
		if own == 0 {
			r.respell(c, q, term, par)
		}
		r.widen(c, term, par)
	}
	r.kindred(c, q, par)
}

// widen adds score for the concept that a term belongs to: for the term itself
// and for what may stand for it. A concept is found in more items than a word,
// so it weighs less, both by its own frequency and because it is less exact.
// It is not missed where it is not found.
func (r *ranking) widen(c *corpus, t *Term, par *params) {
	own := len(r.holds)
	r.gatherRelated(c.session, 0, t.Related)
	if c.split < c.len() {
		r.gatherRelated(c.user, int32(c.split), t.Related)
	}
	if all := len(r.holds); all > own {
		r.spread(c, par)
		r.settle(c, par.relatedWeight*r.termWeight(t, min(all, c.len()), c.len(), par), par)
	}
}

// A holding is an item that holds the term at hand: its uses in sentences that
// state, and in those that ask.
type holding struct {
	item        int32
	said, asked float32
}

// gather adds the items that hold a word, each use at what it is worth.
func (r *ranking) gather(c *corpus, hash uint32, worth float32) {
	r.gatherPage(c.session, 0, hash, worth)
	if c.split < c.len() {
		r.gatherPage(c.user, int32(c.split), hash, worth)
	}
}

func (r *ranking) gatherPage(p page.Page, first int32, hash uint32, worth float32) {
	ps := p.Postings(hash)
	r.hold(&ps, first, worth)
}

// gatherRelated adds the items of a page that hold words which may stand for one.
func (r *ranking) gatherRelated(p page.Page, first int32, words []Related) {
	lookup := p.Lookup()
	for i := range words {
		if ps := lookup.Postings(words[i].Hash); ps.Len() > 0 {
			r.hold(&ps, first, words[i].Weight)
		}
	}
}

func (r *ranking) hold(ps *page.Postings, first int32, worth float32) {
	for {
		at, d, q, ok := ps.Next()
		if !ok {
			return
		}
		r.holds = append(r.holds, holding{first + int32(at), worth * float32(d), worth * float32(q)})
	}
}

// termWeight is the inverse document frequency of a query term, sharpened,
// times the weight of its class.
func (r *ranking) termWeight(t *Term, df, n int, par *params) float64 {
	w := float64(t.Count) * math.Pow(idf(df, n), par.idfPower)
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

// spread gives the uses of the term at hand to the items that hold it and to
// their neighbours.
func (r *ranking) spread(c *corpus, par *params) {
	part := lendingOf(par)
	for k := range r.holds {
		h := &r.holds[k]
		r.add(h.item, h.said+part.ownAsked*h.asked)
		r.lend(c, h, &part, par)
	}
	r.sharePools(c)
}

// A lending is what neighbours take over, as params say.
type lending struct {
	ownAsked, prevOther, nextOther, prevSame, prevSame2, nextSame, groupMate float32
}

func lendingOf(par *params) lending {
	return lending{
		float32(par.ownAsked), float32(par.prevOther), float32(par.nextOther),
		float32(par.prevSame), float32(par.prevSame2), float32(par.nextSame), float32(par.groupMate),
	}
}

// lend gives an item's uses of a term to its neighbours.
func (r *ranking) lend(c *corpus, h *holding, part *lending, par *params) {
	all := h.said + h.asked
	near := &r.around[h.item]
	r.add(near.nextOther, part.prevOther*all)
	if h.asked > 0 && near.nextOther != r.nobody {
		r.ask(c, h.item, near.nextOther, h.asked, par)
	}
	r.add(near.prevOther, part.nextOther*all)
	r.add(near.prevSame, part.nextSame*all)
	r.add(near.nextSame, part.prevSame*all)
	r.add(r.around[near.nextSame].nextSame, part.prevSame2*all)
	if r.mate[h.item] != none {
		r.pool(c.group[h.item], h.item, part.groupMate*all)
	}
}

// pool lends an item's uses to its group: to all of it at once, and not to itself.
func (r *ranking) pool(group, item int32, x float32) {
	if r.pooled[group] == 0 {
		r.poolers = append(r.poolers, item)
	}
	r.pooled[group] += x
	r.borrow[item] -= x
}

// sharePools gives each group what its items lend, item by item once, however
// many of them hold the term.
func (r *ranking) sharePools(c *corpus) {
	for _, first := range r.poolers {
		x := &r.pooled[c.group[first]]
		r.add(first, *x)
		for j := r.mate[first]; j != first; j = r.mate[j] {
			r.add(j, *x)
		}
		*x = 0
	}
	r.poolers = r.poolers[:0]
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
	r.borrow[i] += x
	r.touched[i>>6] |= 1 << (i & 63)
}

// settle turns the uses of the term at hand into score.
func (r *ranking) settle(c *corpus, weight float64, par *params) {
	w, gain := float32(weight), float32(weight*(par.k1+1))
	flat := float32(par.k1 * (1 - par.b))
	slope := float32(par.k1*par.b) / c.length
	r.borrow[r.nobody], r.touched[r.nobody>>6] = 0, r.touched[r.nobody>>6]&^(1<<(r.nobody&63))
	for word, set := range r.touched {
		for ; set != 0; set &= set - 1 {
			i := word<<6 | bits.TrailingZeros64(set)
			x := r.borrow[i]
			r.borrow[i] = 0
			r.match[i] += gain * x / (x + flat + slope*c.words[i])
			r.cover[i] += w * min(1, x)
		}
		r.touched[word] = 0
	}
}
