package dates

// beside reads what is beside a date: "the day before yesterday", "the Friday
// after Christmas 2022", "two weeks before May 3".
func (r *english) beside() (period, bool) {
	return r.firstOf(r.dayBeside, r.unitBeside, r.amountBeside, r.weekOf)
}

// dayBeside reads "the last Friday before May 3", "the weekend after Christmas 2022".
func (r *english) dayBeside() (period, bool) {
	r.take("last")
	day, ok := r.weekdayOrWeekend()
	if !ok {
		return period{}, false
	}
	p, after, ok := r.beforeOrAfter()
	if !ok {
		return period{}, false
	}
	return day.beside(p, after), true
}

// unitBeside reads "the day after tomorrow", "the week before May 3".
func (r *english) unitBeside() (period, bool) {
	r.take("last")
	u, ok := unitOf(r.word(0))
	if dayPart(r.word(0)) {
		u, ok = unit{days: 1}, true
	}
	if !ok {
		return period{}, false
	}
	r.at++
	p, after, ok := r.beforeOrAfter()
	return u.beside(p, after), ok
}

// amountBeside reads "two weeks before May 3", "three days after Christmas 2022".
func (r *english) amountBeside() (period, bool) {
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	p, after, ok := r.beforeOrAfter()
	return u.somewhatBeside(p, n, after), ok
}

// weekOf reads "the week of May 3", "the weekend of May 6", "the week starting May 3".
func (r *english) weekOf() (period, bool) {
	what, joint := r.word(0), r.word(1)
	if what != "week" && what != "weekend" {
		return period{}, false
	}
	r.at += 2
	r.take("on")
	r.take("the")
	p, ok := r.date()
	switch ok = ok && p.days() == 1; {
	case what == "weekend":
		return weekendOf(week().whole(p.from, 0)), ok && joint == "of"
	case joint == "of":
		return week().whole(p.from, 0), ok
	case joint == "starting" || joint == "beginning":
		return period{from: p.from, to: week().add(p.from, 1)}, ok
	case joint == "ending":
		return period{from: week().add(p.to, -1), to: p.to}, ok
	}
	return period{}, false
}

// beforeOrAfter reads the date that something is beside of.
func (r *english) beforeOrAfter() (p period, after, ok bool) {
	after = r.take("after") || r.take("following")
	if !after && !r.take("before") && !(r.take("prior") && r.take("to")) {
		return period{}, false, false
	}
	r.take("the")
	p, ok = r.date()
	return p, after, ok
}
