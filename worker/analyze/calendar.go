package analyze

import "time"

// monthFirst reads "May 17, 2023", "May 17", "May 2023", "in May".
func (r *dateReader) monthFirst() (period, bool) {
	m, ok := month(r.word(0))
	if !ok {
		return period{}, false
	}
	before := r.word(-1)
	r.at++
	if d := ordinal(r.word(0)); d > 0 {
		r.at++
		return r.day(r.on(r.optionalYear(m, d), m, d)), true
	}
	if !isYear(number(r.word(0))) && ambiguousMonth(r.word(-1)) && !introducesMonth(before) {
		return period{}, false
	}
	from := r.on(r.optionalYear(m, 1), m, 1)
	return period{from, from.AddDate(0, 1, 0)}, true
}

// dayFirst reads "17 May 2023", "the 17th of May".
func (r *dateReader) dayFirst() (period, bool) {
	d := ordinal(r.word(0))
	if d == 0 {
		return period{}, false
	}
	r.at++
	r.take("of")
	m, ok := month(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	return r.day(r.on(r.optionalYear(m, d), m, d)), true
}

// season reads "summer", "summer of 2022", "last winter".
func (r *dateReader) season() (period, bool) {
	r.take("last")
	r.take("this")
	first, ok := firstMonth(r.word(0))
	if !ok || r.word(0) == "fall" && !r.introduced() {
		return period{}, false
	}
	r.at++
	from := r.on(r.optionalYear(first, 1), first, 1)
	return period{from, from.AddDate(0, 3, 0)}, true
}

// introduced tells "in fall" and "in the fall" from "the fall" and "to fall".
func (r *dateReader) introduced() bool {
	before := r.word(-1)
	if before == "the" {
		before = r.word(-2)
	}
	return before != "to" && before != "the" && introducesMonth(before)
}

// ago reads "two weeks ago", "a few days ago", "a couple of months ago".
func (r *dateReader) ago() (period, bool) {
	n, u, ok := r.amount()
	if !ok || !(r.take("ago") || r.take("earlier") || r.take("back")) {
		return period{}, false
	}
	return u.around(u.add(r.today, -n)), true
}

// lastFew reads "the last two weeks", "in the past three months".
func (r *dateReader) lastFew() (period, bool) {
	if !r.take("last") && !r.take("past") && !r.take("previous") {
		return period{}, false
	}
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	return period{u.add(r.today, -n), r.today.AddDate(0, 0, 1)}, true
}

// relative reads "last week", "this month", "next year", "last Friday".
func (r *dateReader) relative() (period, bool) {
	step, ok := direction(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	w := r.word(0)
	r.at++
	if u, ok := unitOf(w); ok {
		return u.whole(r.today, step), true
	}
	if w == "weekend" {
		monday := week().whole(r.today, step).from
		return period{monday.AddDate(0, 0, 5), monday.AddDate(0, 0, 7)}, true
	}
	if day, ok := weekday(w); ok {
		return r.day(r.nearest(day, step)), true
	}
	if m, ok := month(w); ok {
		y := r.optionalYear(m, 1)
		if step > 0 {
			y++
		}
		from := r.on(y, m, 1)
		return period{from, from.AddDate(0, 1, 0)}, true
	}
	if dayPart(w) {
		return r.day(r.today.AddDate(0, 0, step)), true
	}
	return period{}, false
}

// weekday reads "Friday": the latest one that is not in the future.
func (r *dateReader) weekday() (period, bool) {
	day, ok := weekday(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	return r.day(r.nearest(day, 0)), true
}

// namedDay reads "today", "yesterday", "tomorrow", "tonight".
func (r *dateReader) namedDay() (period, bool) {
	step, ok := daysFromToday(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	return r.day(r.today.AddDate(0, 0, step)), true
}

// nearest is a weekday: before today, at or before it, or after it.
func (r *dateReader) nearest(day time.Weekday, step int) time.Time {
	back := (int(r.today.Weekday()) - int(day) + 7) % 7
	if step < 0 && back == 0 {
		back = 7
	}
	if step > 0 {
		back -= 7
	}
	return r.today.AddDate(0, 0, -back)
}

// amount reads "two weeks", "a few days", "a couple of months".
func (r *dateReader) amount() (int, unit, bool) {
	n := quantity(r.word(0))
	if n <= 0 || n > 1000 {
		return 0, unit{}, false
	}
	r.at++
	switch {
	case r.take("few"):
		n = 3
	case r.take("couple"):
		n = 2
	}
	r.take("of")
	u, ok := unitOf(r.word(0))
	r.at++
	return n, u, ok
}
