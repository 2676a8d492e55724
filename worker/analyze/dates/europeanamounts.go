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
// zwei Jahren", "hoy hace un año".
func (r *european) unitsAgo(p period) (period, bool) {
	start := r.at
	_, before := r.phrase(r.vocabulary.ago)
	n, u, ok := r.amount()
	if _, after := r.phrase(r.vocabulary.back); ok && (before || after) {
		if exact, ok := r.shifted(p, u, -n); ok {
			return exact, true
		}
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
// "Wochen", of which it is not said.
func (r *european) lastUnits() (n int, u unit, ok bool) {
	step, chosen := r.step()
	n = r.count()
	if !chosen {
		step, chosen = r.step()
	}
	u, ok = r.unit()
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
	return n
}

func (r *european) unit() (unit, bool) {
	u := [...]unit{{}, {days: 1}, week(), {months: 1}, {months: 12}}[r.mean(0).unit]
	if u == (unit{}) {
		return u, false
	}
	r.at++
	return u, true
}
