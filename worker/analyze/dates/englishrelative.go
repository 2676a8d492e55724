package dates

// relative reads "last week", "this month", "next year", "this past Friday".
func (r *english) relative() (period, bool) {
	step, ok := r.direction()
	if !ok {
		return period{}, false
	}
	u, isUnit := unitOf(r.word(0))
	p, ok := r.stepped(step)
	switch {
	case !isUnit:
		return p, ok
	case r.word(0) == "of":
		return period{}, false // "the last week of school" is not last week
	case step < 0 && isPlural(r.word(-1)):
		return r.untilToday(u, aFew), true
	case isPlural(r.word(-1)):
		return period{}, false // some time ahead
	case r.word(-2) == "past" && r.word(-3) != "this", r.endsToday():
		return r.untilToday(u, 1), true
	case u == unit{days: 1}:
		return p, step == 0 // "the next day" is not tomorrow: it follows on another
	}
	return p, ok
}

// endsToday tells "in the last year", which is up to today, from "last year".
func (r *english) endsToday() bool {
	if r.word(-2) != "last" || r.word(-3) != "the" || r.word(-1) == "quarter" || r.word(-1) == "day" {
		return false
	}
	switch r.word(-4) {
	case "in", "over", "within", "during", "for", "throughout":
		return true
	}
	return false
}

// yearEarlier reads "this week last year", "this time last year", "the same day a year ago".
func (r *english) yearEarlier() (period, bool) {
	if !r.take("this") && !r.take("same") {
		return period{}, false
	}
	u, ok := unitOf(r.word(0))
	vague := r.take("time")
	if !vague {
		r.at++
	}
	if !(r.take("last") && r.take("year")) && !(r.take("a") && r.take("year") && r.take("ago")) {
		return period{}, false
	}
	day := r.today.AddDate(-1, 0, 0)
	if vague {
		return unit{months: 1}.around(day), true
	}
	return u.whole(day, 0), ok
}

func (r *english) direction() (step int, ok bool) {
	if r.word(0) == "this" && (r.word(1) == "past" || r.word(1) == "coming") {
		r.at++
	}
	if step, ok = direction(r.word(0)); ok {
		r.at++
	}
	if r.word(-1) == "coming" && r.word(0) == "weekend" {
		step = 0 // the next weekend is rather the one of next week
	}
	return step, ok
}

// twiceRemoved reads "the week before last", "the weekend after next".
func (r *english) twiceRemoved() (period, bool) {
	var step int
	switch {
	case r.word(1) == "before" && r.word(2) == "last":
		step = -2
	case r.word(1) == "after" && r.word(2) == "next":
		step = 2
	default:
		return period{}, false
	}
	p, ok := r.stepped(step)
	r.at += 2
	return p, ok
}

// stepped is the week, Friday or night that is some steps from this one.
func (r *english) stepped(step int) (period, bool) {
	if p, ok := r.recurring(); ok {
		return p.chosen(step, r.today), true
	}
	w := r.word(0)
	r.at++
	if u, ok := unitOf(w); ok {
		return u.whole(r.today, step), true
	}
	switch {
	case w == "weekend":
		return weekendOf(week().whole(r.today, step)), true
	case dayPart(w):
		return r.daysAway(step), true
	}
	return period{}, false
}

func weekendOf(w period) period { return period{from: w.from.AddDate(0, 0, 5), to: w.to} }

// namedDay reads "today", "yesterday", "tomorrow morning".
func (r *english) namedDay() (period, bool) {
	step, ok := daysFromToday(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	return r.daysAway(step), true
}
