package dates

import (
	"slices"
	"time"
)

// begun reads an expression where one may begin, which few words do.
func (r *dateReader) begun() (period, bool) {
	if w := r.word(0); !namesTime(w) && !leadsToTime(w) {
		return period{}, false
	}
	return r.expression()
}

// expression reads dates with what may stand before them.
func (r *dateReader) expression() (period, bool) {
	start, w := r.at, r.word(0)
	ranges := w == "between" || w == "from"
	opening := opens(w)
	r.between = w == "between"
	if ranges || opening {
		r.at++
		r.take("the")
	}
	if p, ok := r.single(); ok {
		if opening {
			return r.open(w, p, closely(r.words, start)), true
		}
		if both, ok := r.through(p); ok || !ranges {
			return both, true
		}
	}
	r.at = start
	return period{}, false
}

// through reads the end of a range: "to B", and "and B" after "between". What
// is no range stays a date.
func (r *dateReader) through(a period) (period, bool) {
	start := r.at
	if !r.joins() && !(r.between && r.take("and")) {
		return a, false
	}
	b, ok := r.until()
	return r.ended(start, a, b, ok)
}

// ended is the range from a date to one that was read as its end, if one was.
// What is no range stays a date, and what was read from start on is not.
func (r *dateReader) ended(start int, a, b period, read bool) (period, bool) {
	if read {
		if p, ok := a.through(b); ok {
			return p, true
		}
	}
	r.at = start
	return a, false
}

func (r *dateReader) until() (period, bool) {
	if r.take("now") {
		return r.day(r.today), true
	}
	r.take("the")
	return r.single()
}

// open is what lies before or after a period, all of it or the week beside it.
// "Until Friday" has the Friday.
func (r *dateReader) open(w string, p period, near bool) period {
	switch {
	case w == "since":
		return r.onward(p.from)
	case w == "after" && near:
		return period{from: p.to, to: p.to.AddDate(0, 0, 7)}
	case w == "after":
		return r.onward(p.to)
	case w == "before" && near:
		return period{from: p.from.AddDate(0, 0, -7), to: p.from}
	case w == "before":
		return upTo(p.from)
	default:
		return upTo(p.to)
	}
}

// closely tells whether "before" or "after" at i is "shortly before", "just after".
func closely(words []string, i int) bool {
	return i > 0 && slices.Contains([]string{"shortly", "just", "right", "soon", "immediately"}, words[i-1])
}

func (r *dateReader) onward(t time.Time) period {
	return period{from: t, to: r.today.AddDate(100, 0, 0)}
}

// upTo is all that can have been said before a time, or a century before it.
func upTo(t time.Time) period {
	from := time.UnixMilli(0)
	if !from.Before(t) {
		from = t.AddDate(-100, 0, 0)
	}
	return period{from: from, to: t}
}

// joins passes over a word between the two ends of a range.
func (r *dateReader) joins() bool {
	return r.take("to") || r.take("until") || r.take("till") || r.take("through")
}

// single reads a date, or a part of one, or what lies beside it.
func (r *dateReader) single() (period, bool) {
	return firstOf(r, &r.at, (*dateReader).portion, (*dateReader).beside, (*dateReader).date)
}

// date reads one date, and another that it is part of: "March last year",
// "last year in March".
func (r *dateReader) date() (period, bool) {
	p, ok := r.simple()
	if !ok {
		return period{}, false
	}
	for range mostParts {
		start := r.at
		if r.take("of") || r.take("in") || r.take("on") || p.isWeekday() {
			r.take("the")
		}
		q, ok := r.simple()
		inner, narrower := p.narrowed(q)
		if !ok || !narrower {
			r.at = start
			break
		}
		p = inner
	}
	return p, true
}

// mostParts is how many more dates may name one together: "Monday, May 3, 2021".
const mostParts = 2

// simple reads a date that is made of no other.
func (r *dateReader) simple() (period, bool) {
	return firstOf(r, &r.at,
		(*dateReader).iso, (*dateReader).numericEnglish, (*dateReader).ago, (*dateReader).lastFew, (*dateReader).twiceRemoved, (*dateReader).relative,
		(*dateReader).weekdaysAgo, (*dateReader).recurring, (*dateReader).weekend, (*dateReader).bareDay, (*dateReader).namedDay, (*dateReader).year,
	)
}

// firstOf is what the first reader reads that can, each from the same place.
func firstOf[R any](r *R, at *int, readers ...func(*R) (period, bool)) (period, bool) {
	start := *at
	for _, read := range readers {
		*at = start
		if p, ok := read(r); ok {
			return p, true
		}
	}
	*at = start
	return period{}, false
}
