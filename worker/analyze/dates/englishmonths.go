package dates

import (
	"strings"
	"time"
)

// monthThenDay reads "May 17", "May 3rd to 5th", "in May", "the month of May".
func (r *english) monthThenDay() (period, bool) {
	if r.word(1) == "of" && r.take("month") {
		r.at++
	}
	m, ok := month(r.word(0))
	if !ok {
		return period{}, false
	}
	before := r.word(-1)
	r.at++
	if _, ok := ordinalDay(r.word(1)); ok && before != "in" && (!ambiguousMonth(r.word(-1)) || r.introduces(before)) {
		r.take("the") // "May the 5th"
	}
	if d, y, ok := dayAndYear(r.word(0)); ok {
		r.at++
		return r.day(r.on(y, m, d)), true
	}
	if d := ordinal(r.word(0)); d > 0 {
		r.at++
		return r.yearly(m, d, 0, 1+r.daysMore(d)), true
	}
	if d, words := r.spelledDay(); d > 0 && (before == "on" || opens(before)) { // "on May third"
		r.at += words
		return r.yearly(m, d, 0, 1), true
	}
	if ambiguousMonth(r.word(-1)) && !r.introduces(before) && !r.followsMonth() {
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

// followsMonth tells "May 2021", "May of this year", "May two years ago" and "March to May" from what
// may be done and those who march.
func (r *english) followsMonth() bool {
	next := r.word(1)
	if next == "the" && r.word(3) == "year" {
		next = r.word(2)
	}
	switch w := r.word(0); w {
	case "and", "or":
		_, isMonth := month(next)
		return isMonth && (!ambiguousMonth(next) || isYear(number(r.word(2))))
	case "of", "to", "through", "until", "till":
		_, isMonth := month(next)
		_, isDirection := direction(next)
		return isMonth || isDirection || isYear(number(next))
	default:
		_, isDirection := direction(w)
		_, isMonth := month(w)
		return isMonth && !ambiguousMonth(w) || isYear(number(w)) || isDirection && next == "year" && r.word(-1) != "may" || r.agoFollows(0)
	}
}

// dayThenMonth reads "17 May", "the 17th of May", "the twenty-first of May", "3 to 5 May".
func (r *english) dayThenMonth() (period, bool) {
	d, words := ordinal(r.word(0)), 1
	if d == 0 {
		if d, words = r.spelledDay(); r.word(words) != "of" {
			return period{}, false
		}
	}
	if d <= 0 {
		return period{}, false
	}
	r.at += words
	more := r.daysMore(d)
	r.take("of")
	m, ok := month(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	return r.yearly(m, d, 0, 1+more), true
}

// daysMore reads the later days of "3 to 5", "3rd-5th" and "3, 4 and 5", and tells
// how many the last is after the first. What begins a time of day, as in "3 14:02",
// is none.
func (r *english) daysMore(first int) int {
	last := first
	for {
		start := r.at
		if joins(r.word(0)) || r.word(0) == "and" || r.word(0) == "or" {
			r.at++
			r.take("the")
		}
		d := ordinal(r.word(0))
		if next := number(r.word(1)); d <= last || next > 0 && !isYear(next) {
			r.at = start
			return last - first
		}
		r.at++
		last = d
	}
}

// stroked reads "on 5/17", "on 17/5/23". What may be either is none, and after other
// words than "on" two numbers are rather a time, "after 10:30". "24/7" is always.
func (r *english) stroked() (period, bool) {
	first, second := number(r.word(0)), number(r.word(1))
	switch {
	case r.word(-1) != "on" || first == 24 && second == 7:
		return period{}, false
	case first > 12 || first == second:
		return r.strokes(first, second)
	case second > 12:
		return r.strokes(second, first)
	}
	return period{}, false
}

// bareDay reads "on the 3rd", if nothing follows that it may be the third of,
// and "from the 3rd to the 5th".
func (r *english) bareDay() (period, bool) {
	d, ok := r.numberedDay()
	if !ok || r.word(-1) != "the" || !r.introduces(r.word(-2)) || !r.standsAlone() {
		return period{}, false
	}
	r.at++
	p := r.latestDay(d, func(time.Time) bool { return true })
	if d <= 28 { // as every month has
		p.every = unit{months: 1}
	}
	return p, true
}

// numberedWeekday reads "Friday the 13th", "Monday 3rd".
func (r *english) numberedWeekday() (period, bool) {
	name, ok := weekday(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	r.take("the")
	d, ok := r.numberedDay()
	if _, isMonth := month(r.word(1)); !ok || isMonth || r.word(1) == "of" {
		return period{}, false
	}
	r.at++
	return r.latestDay(d, func(day time.Time) bool { return day.Weekday() == name }), true
}

// spelledDay is the day that words like "fifth" and "twenty-first" are. 0 if it is none.
func (r *english) spelledDay() (day, words int) {
	tens := largeQuantity(r.word(0))
	if tens != 20 && tens != 30 {
		return ordinalWord(r.word(0)), 1
	}
	if d := ordinalWord(r.word(1)); 0 < d && d < 10 && tens+d <= 31 {
		return tens + d, 2
	}
	return 0, 0
}

// numberedDay is the day that a word like "3rd" is.
func (r *english) numberedDay() (day int, ok bool) {
	return ordinalDay(r.word(0))
}

func ordinalDay(w string) (day int, ok bool) {
	d := ordinal(w)
	return d, d > 0 && w != digitsOf(w)
}

// standsAlone tells whether a day is the day of nothing but a month: it ends what
// is said, or its month follows, or the end of a range.
func (r *english) standsAlone() bool {
	next := r.word(1)
	_, chosen := direction(r.word(2))
	return next == "" || next == "of" && chosen || r.ranges() && (joins(next) || next == "and")
}

// introduces tells whether a word leads to a day or to a month.
func (r *english) introduces(before string) bool {
	return introducesMonth(before) || r.opening == "between" && before == "and"
}
