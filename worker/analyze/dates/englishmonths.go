package dates

import "strings"

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
	if d := r.spelledAfter(before); d > 0 {
		return r.yearly(m, d, 0, 1), true
	}
	if mayBeNoMonth(r.word(-1), before) && !r.introduces(before) && !r.followsMonth() {
		return period{}, false
	}
	return r.monthOf(m), true
}

// spelledAfter is the day of "on May third" and "on July the fourth", for which a word has
// to stand before the month. 0 if it is none.
func (r *english) spelledAfter(before string) int {
	if before != "on" && !opens(before) {
		return 0
	}
	start := r.at
	r.take("the")
	d, words := r.spelledDay()
	if d <= 0 {
		r.at = start
		return 0
	}
	r.at += words
	return d
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
// how many the last is after the first. What begins a time of day, as in "3 14:02" and
// "3, 5 pm", or is counted, as in "3 12 people", is none.
func (r *english) daysMore(first int) int {
	last := first
	for {
		start := r.at
		if joins(r.word(0)) || r.word(0) == "and" || r.word(0) == "or" {
			r.at++
			r.take("the")
		}
		d := ordinal(r.word(0))
		if next := r.word(1); d <= last || isFigures(next) && !isYear(number(next)) || isClock(next) || isCounted(next) {
			r.at = start
			return last - first
		}
		r.at++
		last = d
	}
}

// introduces tells whether a word leads to a day or to a month.
func (r *english) introduces(before string) bool {
	return introducesMonth(before) || r.opening == "between" && before == "and"
}
