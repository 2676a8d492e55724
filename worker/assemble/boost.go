package assemble

import (
	"math"

	"github.com/context-manager/context-manager/tiers/page"
)

const msPerDay = 24 * 60 * 60 * 1000

// factor is what item i's score is multiplied by. Each part that applies is
// noted by name, if note is not nil.
func (r *ranking) factor(c *corpus, in *Input, i int, par *params, note func(part string, v float32)) float32 {
	row, q := &c.rows[i], &r.query
	all := r.traits[row.Flags&page.AllFlags]
	if note != nil {
		noteTraits(q.Kind, row.Flags, par, note)
	}
	apply := func(part string, v float32) {
		all *= v
		if note != nil {
			note(part, v)
		}
	}
	if r.leads(c.speaker[i]) {
		apply("speaker", float32(par.speakerBoost))
	}
	if r.thrift.share > 0 {
		apply("tokens", r.thrift.factor(row.LineTokens))
	}
	if row.Importance >= 0 {
		apply("importance", 0.5+row.Importance)
	}
	if row.Level == page.LongTerm {
		apply("level", float32(par.factBoost))
	}
	if row.Accesses > 0 {
		apply("accesses", accessFactor(row.Accesses, par))
	}
	if len(q.Spans) > 0 {
		apply("date", dateFactor(q.Spans, row.Time, par))
	}
	if half := in.Request.HalfLifeMS; half > 0 {
		apply("recency", float32(math.Exp2(-float64(max(0, in.Now-row.Time))/float64(half))))
	}
	return all
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
