package dates

import "strings"

// recurring reads what comes every year or week: a day of a month, a month, a
// season, a feast, a day of the week.
func (r *dateReader) recurring() (period, bool) {
	if r.isOneOfMany() {
		return period{}, false
	}
	return firstOf(r, &r.at,
		(*dateReader).monthFirst, (*dateReader).dayFirst, (*dateReader).season, (*dateReader).feast, (*dateReader).weekday,
	)
}

// isOneOfMany tells "every Friday" and "every other Friday" from a Friday.
func (r *dateReader) isOneOfMany() bool {
	before := r.word(-1)
	if before == "other" || ordinalWord(before) > 0 {
		before = r.word(-2)
	}
	return before == "every" || before == "each"
}

// monthFirst reads "May 17", "May 3rd to 5th", "in May".
func (r *dateReader) monthFirst() (period, bool) {
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
	return r.month(m), true
}

// dayAndYear reads "1,2023", of "December 1,2023" written without the space.
func dayAndYear(word string) (day, year int, ok bool) {
	d, y, _ := strings.Cut(word, ",")
	day, year = ordinal(d), number(y)
	return day, year, day > 0 && isYear(year)
}

// followsMonth tells "May 2021", "May of this year" and "March to May" from what
// may be done and those who march.
func (r *dateReader) followsMonth() bool {
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

// dayFirst reads "17 May", "the 17th of May", "the first of May", "3 to 5 May".
func (r *dateReader) dayFirst() (period, bool) {
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
func (r *dateReader) daysMore(first int) int {
	start := r.at
	if r.joins() || r.take("and") {
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

// season reads "summer", "in the fall".
func (r *dateReader) season() (period, bool) {
	first, ok := firstMonth(r.word(0))
	if !ok || r.word(0) == "fall" && !r.introduced() {
		return period{}, false
	}
	r.at++
	return r.yearly(first, 1, 3, 0), true
}

// introduced tells "in fall" and "in the fall" from "the fall" and "to fall".
func (r *dateReader) introduced() bool {
	before := r.word(-1)
	if before == "the" {
		before = r.word(-2)
	}
	return before != "to" && before != "the" && introducesMonth(before)
}

// feast reads "Christmas 2022", "last Halloween". One without its year is
// rather a thing to speak of than a day.
func (r *dateReader) feast() (period, bool) {
	m, d, words := feast(r.word(0), r.word(1), r.word(2))
	if words == 0 {
		return period{}, false
	}
	_, chosen := direction(r.word(-1))
	_, later := direction(r.word(words))
	if !chosen && !later && !isYear(number(r.word(words))) && !opens(r.word(-1)) {
		return period{}, false
	}
	r.at += words
	return r.yearly(m, d, 0, 1), true
}

// weekday reads "Friday".
func (r *dateReader) weekday() (period, bool) {
	day, ok := weekday(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	return r.weekly(day, 1), true
}

// namedDay reads "today", "yesterday", "tomorrow morning".
func (r *dateReader) namedDay() (period, bool) {
	step, ok := daysFromToday(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	return r.day(r.today.AddDate(0, 0, step)), true
}
