package dates

import (
	"slices"

	"github.com/context-manager/context-manager/worker/assemble"
)

// An english reads the dates of English.
type english struct {
	reader
	opening string // what the expression begins with: "between", "from", "since", or ""
}

// find reads all there is. Most queries name no time: that is found out first,
// in a fifth of the time that reading takes.
func (r *english) find(marked []bool) []assemble.Span {
	if !slices.ContainsFunc(r.words, namesTime) {
		return nil
	}
	return r.all(marked, r.begun)
}

// begun reads an expression where one may begin, which few words do.
func (r *english) begun() (period, bool) {
	if w := r.word(0); !namesTime(w) && !leadsToTime(w, r.word(1)) {
		return period{}, false
	}
	return r.expression()
}

// expression reads dates with what may stand before them.
func (r *english) expression() (period, bool) {
	start := r.at
	r.opening = r.begin()
	if p, ok := r.single(); ok {
		switch {
		case opens(r.opening):
			return r.open(p, closely(r.words, start)), true
		case r.onwards():
			return r.onward(p.from), true
		}
		if both, ok := r.through(p, r.joins, r.end); ok || !r.ranges() {
			return both, true
		}
	}
	r.at = start
	return period{}, false
}

// ranges tells whether the expression is a range or nothing.
func (r *english) ranges() bool { return r.opening == "between" || r.opening == "from" }

// joins passes over a word between the two ends of a range, and a part of the day that
// is one: "Monday evening until Tuesday".
func (r *english) joins() bool {
	if dayPart(r.word(0)) {
		r.at++
	}
	if !joins(r.word(0)) && !(r.opening == "between" && r.word(0) == "and") {
		return false
	}
	r.at++
	return true
}

// end reads the end of a range.
func (r *english) end() (period, bool) {
	if r.take("now") {
		return r.day(r.today), true
	}
	r.take("the")
	return r.single()
}

// single reads a date, or a part of one, or what lies beside it.
func (r *english) single() (period, bool) {
	return r.firstOf(r.portion, r.beside, r.date)
}

// date reads one date, and another that it is part of: "March last year",
// "last year in March".
func (r *english) date() (period, bool) {
	before := r.word(-1)
	p, ok := r.simple()
	if !ok {
		return period{}, false
	}
	if exact, ok := r.unitsAgo(p); ok {
		return exact, true
	}
	if later, ok := r.weekOn(p, before); ok {
		return later, true
	}
	return r.narrowed(p, r.passJoint, r.simple), true
}

// passJoint passes over what stands between two dates that name one together.
func (r *english) passJoint(p period) {
	if r.take("of") || r.take("in") || r.take("on") || p.isWeekday() {
		r.take("the")
	}
}

// simple reads a date that is made of no other.
func (r *english) simple() (period, bool) {
	return r.firstOf(
		r.iso, r.eitherFirst, r.stroked, r.ago, r.lastFew, r.twiceRemoved, r.yearEarlier, r.relative,
		r.timesAgo, r.recurring, r.weekend, r.bareDay, r.namedDay, r.year,
	)
}
