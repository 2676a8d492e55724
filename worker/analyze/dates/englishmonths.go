package dates

import (
	"strings"
	"time"
)

// monthThenDay reads "May 17", "May 3rd to 5th", "in May".
func (r *english) monthThenDay() (period, bool) {
	m, ok := month(r.word(0))
	if !ok {
		return period{}, false
	}
	before := r.word(-1)
	r.at++
	if d, y, ok := dayAndYear(r.word(0)); ok {
		r.at++
		return r.day(r.on(y, m, d)), true
	}
	if d := ordinal(r.word(0)); d > 0 {
		r.at++
		return r.yearly(m, d, 0, 1+r.daysMore(d)), true
	}
	if ambiguousMonth(r.word(-1)) && !introducesMonth(before) && !(r.between && before == "and") && !r.followsMonth() {
		return period{}, false
	}
	return r.monthOf(m), true
}

// dayAndYear reads "1,2023", of "December 1,2023" written without the space.
func dayAndYear(word string) (day, year int, ok bool) {
	d, y, _ := strings.Cut(word, ",")
	day, year = ordinal(d), number(y)
	return day, year, day > 0 && isYear(year)
}

// followsMonth tells "May 2021", "May of this year" and "March to May" from what
// may be done and those who march.
func (r *english) followsMonth() bool {
	next := r.word(1)
	switch w := r.word(0); w {
	case "of", "to", "through", "until", "till":
		_, isMonth := month(next)
		_, isDirection := direction(next)
		return isMonth || isDirection || isYear(number(next))
	default:
		_, isDirection := direction(w)
		return isYear(number(w)) || isDirection && next == "year" && r.word(-1) != "may"
	}
}

// dayThenMonth reads "17 May", "the 17th of May", "the first of May", "3 to 5 May".
func (r *english) dayThenMonth() (period, bool) {
	d := ordinal(r.word(0))
	if d == 0 && r.word(1) == "of" {
		d = ordinalWord(r.word(0))
	}
	if d <= 0 {
		return period{}, false
	}
	r.at++
	more := r.daysMore(d)
	r.take("of")
	m, ok := month(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	return r.yearly(m, d, 0, 1+more), true
}

// daysMore reads the later day of "3 to 5" and "3rd-5th", and tells how many it
// is after the first. What begins a time of day, as in "3 14:02", is none.
func (r *english) daysMore(first int) int {
	start := r.at
	if r.joinsDays() || r.take("and") {
		r.take("the")
	}
	last := ordinal(r.word(0))
	if next := number(r.word(1)); last <= first || next > 0 && !isYear(next) {
		r.at = start
		return 0
	}
	r.at++
	return last - first
}

// bareDay reads "on the 3rd", if nothing follows that it may be the third of.
func (r *english) bareDay() (period, bool) {
	w := r.word(0)
	d := ordinal(w)
	if d == 0 || w == digitsOf(w) || r.word(-1) != "the" || !introducesMonth(r.word(-2)) {
		return period{}, false
	}
	if _, ok := direction(r.word(2)); r.word(1) != "" && !(ok && r.word(1) == "of") {
		return period{}, false
	}
	r.at++
	p := r.day(r.latestDay(d))
	if d <= 28 { // as every month has
		p.every = unit{months: 1}
	}
	return p, true
}

// latestDay is the last day of a number, in a month that has so many, that is
// not in the future. Of two months that follow each other one has 31.
func (r *english) latestDay(d int) time.Time {
	first := r.on(r.now.Year(), r.now.Month(), 1)
	for {
		day := first.AddDate(0, 0, d-1)
		if day.Month() == first.Month() && !day.After(r.today) {
			return day
		}
		first = first.AddDate(0, -1, 0)
	}
}
