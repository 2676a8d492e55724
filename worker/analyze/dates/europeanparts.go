package dates

// thirdOf reads "Anfang März", "fin mai", "a finales del año pasado".
func (r *european) thirdOf() (period, bool) {
	which := r.mean(0).third
	if which == 0 {
		return period{}, false
	}
	if _, ok := r.phrase(r.vocabulary.weekends); ok {
		return period{}, false
	}
	r.at++
	r.pass()
	if p, ok := r.date(); ok {
		return p.part(third(which)), true
	}
	u, ok := r.unit()
	return u.whole(r.today, 0).part(third(which)), ok && r.opened // "seit Anfang des Jahres", "bis Ende der Woche"
}

// beside reads what is beside a date: "die Woche vor dem 3. Mai", "dos días
// después del 3 de mayo".
func (r *european) beside() (period, bool) {
	start := r.at
	n, u, counted := r.amount()
	if !counted {
		r.at = start
		var ok bool
		if u, ok = r.unit(); !ok {
			return period{}, false
		}
	}
	p, after, ok := r.beforeOrAfter()
	if counted {
		return u.somewhatBeside(p, n, after), ok
	}
	return u.beside(p, after), ok
}

// beforeOrAfter reads the date that something is beside of.
func (r *european) beforeOrAfter() (p period, after, ok bool) {
	where := r.mean(0)
	if !where.is(beforeWord | afterWord) {
		return period{}, false, false
	}
	r.at++
	r.pass()
	r.opened = true
	p, ok = r.date()
	r.opened = false
	return p, where.is(afterWord), ok
}

// lastOfMonth reads "die letzten zwei Wochen im Mai", "la dernière semaine de mai".
func (r *european) lastOfMonth() (period, bool) {
	n, u, ok := r.lastUnits()
	if n == 0 && r.is(-1, pluralWord) {
		n = aFew
	}
	whole, in := r.inMonth()
	return period{from: u.add(whole.to, -max(1, n)), to: whole.to}, ok && in && u.months == 0
}

// lastWeekdayOf reads "der letzte Freitag im Mai", "le dernier lundi de mai 2021".
func (r *european) lastWeekdayOf() (period, bool) {
	step, chosen := r.step()
	day, ok := r.weekday()
	whole, in := r.inMonth()
	if !chosen || step >= 0 || !ok || !in {
		return period{}, false
	}
	return day.latest(whole.to.AddDate(0, 0, -1)).once(), true
}

// inMonth reads "im Mai", "de mai 2021".
func (r *european) inMonth() (period, bool) {
	if !r.is(0, fillerWord) {
		return period{}, false
	}
	r.pass()
	p, ok := r.month()
	if !ok {
		return period{}, false
	}
	return r.narrowed(p, func(period) { r.pass() }, r.year), true
}
