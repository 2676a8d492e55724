package dates

// thirdOf reads "Anfang März", "fin mai", "a finales del año pasado".
func (r *european) thirdOf() (period, bool) {
	which := r.mean(0).third
	if which == 0 {
		return period{}, false
	}
	r.at++
	r.pass()
	p, ok := r.date()
	return p.part(third(which)), ok
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
	p, ok = r.date()
	return p, where.is(afterWord), ok
}
