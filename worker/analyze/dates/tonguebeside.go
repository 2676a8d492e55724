package dates

// thirdOf reads "Anfang März", "fin mai", "a finales del año pasado".
func (r *tongueReader) thirdOf() (period, bool) {
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
func (r *tongueReader) beside() (period, bool) {
	start := r.at
	n, u, counted := r.amount()
	if !counted {
		r.at = start
		var ok bool
		if u, ok = r.unit(); !ok {
			return period{}, false
		}
	}
	where := r.mean(0)
	if !where.before && !where.after {
		return period{}, false
	}
	r.at++
	r.pass()
	p, ok := r.date()
	switch {
	case !ok:
		return period{}, false
	case where.after && counted:
		return u.around(u.add(p.to.AddDate(0, 0, -1), n)), true
	case where.after:
		return period{from: p.to, to: u.add(p.to, 1)}, true
	case counted:
		return u.around(u.add(p.from, -n)), true
	default:
		return period{from: u.add(p.from, -1), to: p.from}, true
	}
}
