package assemble

import (
	"math"

	"github.com/context-manager/context-manager/tiers/page"
)

const msPerDay = 24 * 60 * 60 * 1000

// factors are what an item's score is multiplied by, each 1 where it does not apply.
type factors struct {
	speaker, when, entity, date, level, importance, recency float32
}

func (f *factors) product() float32 {
	return f.speaker * f.when * f.entity * f.date * f.level * f.importance * f.recency
}

// factorsOf looks at one item.
func (r *ranking) factorsOf(c *corpus, in *Input, i int, par *params) factors {
	row, q := &c.rows[i], &in.Query
	f := factors{speaker: 1, when: 1, entity: 1, date: 1, level: 1, importance: 1, recency: 1}
	if r.found == 1 && r.isNamed[c.speaker[i]] {
		f.speaker = float32(par.speakerBoost)
	}
	if q.Kind&AsksWhen != 0 && row.Flags&page.TimeWord != 0 {
		f.when = float32(par.whenBoost)
	}
	if q.Kind&AsksEntity != 0 && row.Flags&page.Proper != 0 {
		f.entity = float32(par.entityBoost)
	}
	if len(q.Spans) > 0 {
		f.date = dateFactor(q.Spans, row.Time, par)
	}
	if row.Level == page.LongTerm {
		f.level = float32(par.factBoost)
	}
	if row.Importance >= 0 {
		f.importance = 0.5 + row.Importance
	}
	if half := in.Request.HalfLifeMS; half > 0 {
		f.recency = float32(math.Exp2(-float64(max(0, in.Now-row.Time)) / float64(half)))
	}
	return f
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
