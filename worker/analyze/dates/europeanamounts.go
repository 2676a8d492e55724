package dates

// agoBefore reads "vor zwei Wochen", "il y a trois jours".
func (r *european) agoBefore() (period, bool) {
	if _, ok := r.phrase(r.vocabulary.ago); !ok {
		return period{}, false
	}
	r.passAbout()
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	r.phrase(r.vocabulary.back) // "há duas semanas atrás"
	return r.exactlyAgo(u, n), true
}

// passAbout passes over what makes an amount vague: "etwa zwei Wochen", "plus d'un
// an", "unas dos semanas".
func (r *european) passAbout() {
	for r.is(0, aboutWord) && r.mean(1).unit == 0 {
		r.at++
		r.pass()
	}
}

// unitsAgo reads what says which of those that come again is meant: "im März vor
// zwei Jahren", "marzo di due anni fa", "hoy hace un año".
func (r *european) unitsAgo(p period) (period, bool) {
	start := r.at
	if n, u, ok := r.amountAgo(); ok {
		if exact, ok := r.shifted(p, u, -n); ok {
			return exact, true
		}
	}
	r.at = start
	return period{}, false
}

// amountAgo reads "vor zwei Jahren", "di due anni fa".
func (r *european) amountAgo() (int, unit, bool) {
	r.pass()
	_, before := r.phrase(r.vocabulary.ago)
	n, u, ok := r.amount()
	_, after := r.phrase(r.vocabulary.back)
	return n, u, ok && (before || after)
}

// unitsAhead reads how long after a day another is: "Freitag in einer Woche", which is
// the Friday to come and a week, "heute in acht Tagen".
func (r *european) unitsAhead(p period) (period, bool) {
	start := r.at
	if _, ok := r.phrase(r.vocabulary.ahead); ok && (p.isWeekday() || !p.recurs()) && p.days() == 1 {
		if n, u, ok := r.amount(); ok {
			if p.recurs() {
				p = p.first(r.today)
			}
			return r.day(u.add(p.from, n)), true
		}
	}
	r.at = start
	return period{}, false
}

// lasting reads how long something has been so: "drei Wochen" in "seit drei Wochen".
// "Seit drei Wochen nach Mai" is since another day.
func (r *european) lasting() (period, bool) {
	start := r.at
	r.passAbout()
	if n, u, ok := r.amount(); ok && !r.is(0, beforeWord|afterWord) {
		return r.onward(u.add(r.today, -n)), true
	}
	r.at = start
	return period{}, false
}

// agoAfter reads "due settimane fa", "twee weken geleden". Of "vinte e cinco dias
// atrás" the first number is not known.
func (r *european) agoAfter() (period, bool) {
	if r.is(-1, andWord) && r.mean(-2).number > 0 {
		return period{}, false
	}
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	if _, ok := r.phrase(r.vocabulary.back); !ok {
		return period{}, false
	}
	return r.exactlyAgo(u, n), true
}

// exactlyAgo reads what makes a time ago exact: "vor zwei Wochen am Montag", "il y
// a trois ans en mai", "hace un año hoy".
func (r *european) exactlyAgo(u unit, n int) period {
	return r.exactly(u, n, r.pass, func() (period, bool) { return r.firstOf(r.namedDay, r.recurring) })
}

// lastFew reads "den letzten zwei Wochen", "les deux dernières semaines".
func (r *european) lastFew() (period, bool) {
	n, u, ok := r.lastUnits()
	return r.untilToday(u, n), ok && n > 0
}

// lastUnits reads how many of what are the last: "zwei Wochen", and "Woche" or
// "Wochen", of which it is not said. "31. letzten Monats" is a day.
func (r *european) lastUnits() (n int, u unit, ok bool) {
	step, chosen := r.step()
	n = r.count()
	half := r.is(0, halfWord)
	if half {
		n = max(1, n)
		r.at++
	}
	if !chosen {
		step, chosen = r.step()
		chosen = chosen && (n <= 1 || !r.is(0, singleWord))
	}
	if u, ok = r.unit(); half {
		u = u.half()
	}
	return n, u, ok && chosen && step < 0
}

// amount reads "zwei Wochen", "ein halbes Jahr", "medio año", "un an et demi".
func (r *european) amount() (int, unit, bool) {
	n, half := r.count(), r.is(0, halfWord)
	if half {
		n = max(1, n)
		r.at++
	}
	u, ok := r.unit()
	switch {
	case half:
		u = u.half()
	case r.is(0, andWord) && r.is(1, halfWord):
		r.at += 2
		n, u = 2*n+1, u.half()
	}
	return n, u, ok && n > 0 && u != unit{}
}

// count reads how many: "zwei", "14", "ein paar". 0 if it is none.
func (r *european) count() int {
	n := r.mean(0).number
	if n == 0 {
		n = number(r.word(0))
	}
	if n == 0 || n > 1000 {
		return 0
	}
	r.at++
	if more := r.mean(0).number; n == 1 && more > 1 { // "ein paar", "een paar"
		r.at++
		r.pass() // "un par de"
		return more
	}
	return r.orMore(n)
}

// orMore reads the second of two numbers in a row: "zwei oder drei", "zwei, drei".
func (r *european) orMore(n int) int {
	or := 0
	if r.is(0, orWord) {
		or = 1
	}
	if r.mean(or).number != n+1 {
		return n
	}
	r.at += or + 1
	return n + 1
}

func (r *european) unit() (unit, bool) {
	u := [...]unit{{}, {days: 1}, week(), {months: 1}, {months: 12}}[r.mean(0).unit]
	if u == (unit{}) {
		return u, false
	}
	r.at++
	return u, true
}
