package dates

// portion reads a part of a date: "the end of March", "early May", "the first
// week of June", "the last Friday in March".
func (r *english) portion() (period, bool) {
	which, joint := thirdNamed(r.word(0))
	if which == 0 {
		return r.firstOf(r.weekdayOf, r.unitsOf)
	}
	r.at++
	if !r.take(joint) && joint == "of" {
		return period{}, false
	}
	r.take("the")
	u, isUnit := unitOf(r.word(0))
	if p, ok := r.date(); ok {
		return p.part(which), true
	}
	r.at++
	return u.whole(r.today, 0).part(which), isUnit && opens(r.opening) // "since the start of the year", "by the end of the week"
}

// weekdayOf reads "the second Friday in June", "the last weekend of May".
func (r *english) weekdayOf() (period, bool) {
	n := ordinalWord(r.word(0))
	r.at++
	day, ok := r.weekdayOrWeekend()
	if n == 0 || !ok {
		return period{}, false
	}
	whole, ok := r.inWhich()
	if !ok {
		return period{}, false
	}
	if n < 0 {
		day = day.latest(whole.to.AddDate(0, 0, -1))
	} else {
		day = day.first(whole.from).move(n - 1)
	}
	return day.once(), whole.holds(day)
}

// unitsOf reads "the third week of May", "the last two days of March", "the first
// half of 2022".
func (r *english) unitsOf() (period, bool) {
	nth := ordinalWord(r.word(0))
	if nth == 0 {
		return period{}, false
	}
	r.at++
	if r.take("half") {
		whole, ok := r.inWhich()
		return whole.halfOf(nth), ok && nth <= 2 && whole.days() > 2
	}
	n, u, ok := r.unitOrAmount()
	whole, in := r.inWhich()
	if !ok || !in {
		return period{}, false
	}
	p := period{from: u.add(whole.to, -n), to: whole.to}
	if nth > 0 {
		from := u.add(whole.from, nth-1)
		p = period{from: from, to: u.add(from, n)}
	}
	return p, whole.holds(p)
}

// unitOrAmount reads "week", "two days", and "days", which are a few.
func (r *english) unitOrAmount() (int, unit, bool) {
	w := r.word(0)
	u, ok := unitOf(w)
	if !ok {
		return r.amount()
	}
	r.at++
	if isPlural(w) {
		return aFew, u, true
	}
	return 1, u, true
}

// inWhich reads "of March", "in the summer".
func (r *english) inWhich() (period, bool) {
	if !r.take("of") && !r.take("in") {
		return period{}, false
	}
	r.take("the")
	return r.date()
}
