package dates

// beside reads what is beside a date: "the day before yesterday", "the Friday
// after Christmas 2022", "two weeks before May 3".
func (r *dateReader) beside() (period, bool) {
	return firstOf(r, &r.at, (*dateReader).dayBeside, (*dateReader).unitBeside, (*dateReader).amountBeside, (*dateReader).weekOf)
}

// dayBeside reads "the last Friday before May 3", "the weekend after Christmas 2022".
func (r *dateReader) dayBeside() (period, bool) {
	r.take("last")
	day, ok := r.weekdayOrWeekend()
	if !ok {
		return period{}, false
	}
	p, after, ok := r.beforeOrAfter()
	if !ok {
		return period{}, false
	}
	if after {
		return day.first(p.to).once(), true
	}
	return day.latest(p.from.AddDate(0, 0, -day.days())).once(), true
}

// unitBeside reads "the day after tomorrow", "the week before May 3".
func (r *dateReader) unitBeside() (period, bool) {
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
	if !ok {
		return period{}, false
	}
	if after {
		return period{from: p.to, to: u.add(p.to, 1)}, true
	}
	return period{from: u.add(p.from, -1), to: p.from}, true
}

// amountBeside reads "two weeks before May 3", "three days after Christmas 2022".
func (r *dateReader) amountBeside() (period, bool) {
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	p, after, ok := r.beforeOrAfter()
	if !ok {
		return period{}, false
	}
	if after {
		return u.around(u.add(p.to.AddDate(0, 0, -1), n)), true
	}
	return u.around(u.add(p.from, -n)), true
}

// weekOf reads "the week of May 3".
func (r *dateReader) weekOf() (period, bool) {
	if !r.take("week") || !r.take("of") {
		return period{}, false
	}
	r.take("the")
	p, ok := r.date()
	return week().whole(p.from, 0), ok && p.days() == 1
}

// beforeOrAfter reads the date that something is beside of.
func (r *dateReader) beforeOrAfter() (p period, after, ok bool) {
	after = r.take("after")
	if !after && !r.take("before") {
		return period{}, false, false
	}
	r.take("the")
	p, ok = r.date()
	return p, after, ok
}
