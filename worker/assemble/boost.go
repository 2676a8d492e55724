package assemble

import (
	"math"

	"github.com/context-manager/context-manager/tiers/page"
)

const msPerDay = 24 * 60 * 60 * 1000

// prepareFactors works out what factors need and all items have alike.
func (r *ranking) prepareFactors(c *corpus, in *Input, par *params) {
	r.traits.make(r.query.Kind, par)
	r.bySpeaker = resize(r.bySpeaker, c.speakers)
	for who := range r.bySpeaker {
		r.bySpeaker[who] = 1
		if r.leads(int32(who)) {
			r.bySpeaker[who] = float32(par.speakerBoost)
		}
	}
	r.timed = len(r.query.Spans) > 0 || in.Request.HalfLifeMS > 0
	r.thrift = thriftFor(c, in, par)
}

// applyFactors adds to each score what items that say more have before others,
// and multiplies it by the item's factors. Like settle it holds its slices.
func (r *ranking) applyFactors(c *corpus, in *Input, par *params) {
	score := r.score
	open, rows, speaker := c.open[:len(score)], c.rows[:len(score)], c.speaker[:len(score)]
	for i, base := range score {
		if !open[i] {
			continue
		}
		row := &rows[i]
		factor := r.usual(row, speaker[i])
		if r.unusual(row) {
			factor = r.timesFurther(factor, c, in, i, par)
		}
		score[i] = (base + r.curves.priorOf(row.WordsD)) * factor
	}
}

// factor is what item i's score is multiplied by.
func (r *ranking) factor(c *corpus, in *Input, i int, par *params) float32 {
	row := &c.rows[i]
	all := r.usual(row, c.speaker[i])
	if r.unusual(row) {
		return r.timesFurther(all, c, in, i, par)
	}
	return all
}

// usual are the factors that any turn may have. Most have no others.
func (r *ranking) usual(row *page.Row, speaker int32) float32 {
	all := r.traits[row.Flags&page.AllFlags] * r.bySpeaker[speaker]
	if r.thrift.share > 0 {
		all *= r.thrift.factor(row.LineTokens)
	}
	return all
}

// unusual tells whether an item has factors that few turns have.
func (r *ranking) unusual(row *page.Row) bool {
	return r.timed || row.Importance >= 0 || row.Level == page.LongTerm || row.Accesses > 0
}

// timesFurther goes on from the factors before, so that a score rounds as it
// does where each is applied in turn.
func (r *ranking) timesFurther(all float32, c *corpus, in *Input, i int, par *params) float32 {
	r.further(c, in, i, par, func(_ string, v float32) { all *= v })
	return all
}

// eachFactor calls apply for each factor of item i that applies, by its name.
func (r *ranking) eachFactor(c *corpus, in *Input, i int, par *params, apply func(part string, v float32)) {
	row := &c.rows[i]
	noteTraits(r.query.Kind, row.Flags, par, apply)
	if r.leads(c.speaker[i]) {
		apply("speaker", float32(par.speakerBoost))
	}
	if r.thrift.share > 0 {
		apply("tokens", r.thrift.factor(row.LineTokens))
	}
	r.further(c, in, i, par, apply)
}

// further is eachFactor for those that few turns have.
func (r *ranking) further(c *corpus, in *Input, i int, par *params, apply func(part string, v float32)) {
	row := &c.rows[i]
	if row.Importance >= 0 {
		apply("importance", 0.5+row.Importance)
	}
	if row.Level == page.LongTerm {
		apply("level", float32(par.factBoost))
	}
	if row.Accesses > 0 {
		apply("accesses", accessFactor(row.Accesses, par))
	}
	if len(r.query.Spans) > 0 {
		apply("date", dateFactor(r.query.Spans, row.Time, par))
	}
	if half := in.Request.HalfLifeMS; half > 0 {
		apply("recency", float32(math.Exp2(-float64(max(0, in.Now-row.Time))/float64(half))))
	}
}

// accessFactor favours what was used often: each doubling adds as much, so that
// use orders items that match alike and never stands in for a match.
func accessFactor(accesses uint32, par *params) float32 {
	return float32(min(1+par.accessStep*math.Log2(1+float64(accesses)), par.accessMost))
}

// dateFactor favours items of the days that the query names. What is told of a
// day is told on it or soon after, seldom before.
func dateFactor(spans []Span, at int64, par *params) float32 {
	best := 0.0
	for _, s := range spans {
		distance := 0.0
		switch {
		case at < s.From:
			distance = par.dateBefore * float64(s.From-at) / msPerDay
		case at >= s.To:
			distance = float64(at-s.To) / msPerDay
		}
		best = max(best, math.Exp(-distance/par.dateScale))
	}
	return float32(1 + par.dateBoost*best)
}
