package assemble

import (
	"math"

	"github.com/context-manager/context-manager/tiers/page"
)

// A ranking holds the scores of a corpus's items for one query. Its memory is reused.
type ranking struct {
	query Query
	links
	names
	curves
	vectors
	subjects map[subject]float32 // the best score of a fact about each

	traits    traitTable
	bySpeaker []float32 // what each speaker's turns are worth
	timed     bool      // when an item is of counts for this query
	thrift    thrift
	total     float32    // of all weights
	part      float32    // of a weight in all of them: 1/total
	scale     float32    // of match, which is 1 if all terms are used without end
	uses      []page.Use // of the term at hand, in one page
	holds     []holding  // items that hold the term at hand
	borrow    []float32  // x: an item's own and borrowed uses of the term at hand, and nobody's
	pooled    []float32  // by group: what its items lend to each other of the term at hand
	poolers   []int32    // the first item of each group that lends
	touched   []byte     // by item: 1 if its x may be above zero; of whole words, see settle
	match     []float32  // sum of saturated, weighted terms
	cover     []float32  // sum of weights of the terms that are there
	terms     []uint32   // bit t: the item itself holds query term t
	score     []float32
	slips     []uint32  // what the term at hand may have been meant as
	about     []uint32  // the terms that tell what the query means
	akin      []Related // words akin to that
	byTime    bool      // nothing to rank by: the newest items are best
}

// lexical computes match and cover for every item: BM25 (Robertson and
// Zaragoza 2009) in which an item's uses of a word include a part of its
// neighbours', added up before they saturate.
func (r *ranking) lexical(c *corpus, in *Input, par *params) {
	n, q := c.len(), &r.query
	r.match, r.cover = resizeZero(r.match, n), resizeZero(r.cover, n)
	r.terms, r.borrow = resizeZero(r.terms, n), resizeZero(r.borrow, n+1)
	r.touched, r.pooled = resizeZero(r.touched, (n+touchedWord)&^(touchedWord-1)), resizeZero(r.pooled, c.groupCount+1)
	r.total = 0
	for t := range q.Terms {
		if in.stopped() {
			return
		}
		term := &q.Terms[t]
		r.holds = r.holds[:0]
		r.gather(c, term.Hash, 1)
		own := len(r.holds)
		if own == 0 && term.Variant {
			continue // nobody writes it so: it is not missed
		}
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
	r.uses = ps.Append(r.uses[:0])
	for _, u := range r.uses {
		r.holds = append(r.holds, holding{first + u.Item, worth * float32(u.D), worth * float32(u.Q)})
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
	case t.Class == Talk:
		return w * par.talkWeight
	case t.Class == Date:
		return w * par.dateWeight
	default:
		return w
	}
}
