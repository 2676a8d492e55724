package analyze

import "time"

// agoBefore reads "vor zwei Wochen", "il y a trois jours".
func (r *tongueReader) agoBefore() (period, bool) {
	if _, ok := r.phrase(r.calendar.ago); !ok {
		return period{}, false
	}
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	r.phrase(r.calendar.back) // "há duas semanas atrás"
	return u.around(u.add(r.today, -n)), true
}

// agoAfter reads "due settimane fa", "twee weken geleden".
func (r *tongueReader) agoAfter() (period, bool) {
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	if _, ok := r.phrase(r.calendar.back); !ok {
		return period{}, false
	}
	return u.around(u.add(r.today, -n)), true
}

// phrase passes over one of some phrases, and gives the day that it names.
func (r *tongueReader) phrase(some []phrase) (day int, ok bool) {
next:
	for _, p := range some {
		for n, w := range p.words {
			if !r.is(n, w) {
				continue next
			}
		}
		r.at += len(p.words)
		return p.day, true
	}
	return 0, false
}

// lastFew reads "den letzten zwei Wochen", "les deux dernières semaines".
func (r *tongueReader) lastFew() (period, bool) {
	last := func() bool {
		if m := r.mean(0); !m.isStep || m.step >= 0 {
			return false
		}
		r.at++
		return true
	}
	before := last()
	n := r.count()
	if n == 0 || !before && !last() {
		return period{}, false
	}
	u, ok := r.unit()
	if !ok {
		return period{}, false
	}
	return period{u.add(r.today, -n), r.today.AddDate(0, 0, 1)}, true
}

// relative reads "letzte Woche", "el viernes pasado", "la semaine prochaine".
func (r *tongueReader) relative() (period, bool) {
	step, known := 0, false
	take := func() {
		if m := r.mean(0); m.isStep && !known {
			step, known = m.step, true
			r.at++
		}
	}
	take()
	what := r.mean(0)
	u, isUnit := r.unit()
	if !isUnit {
		r.at++
		r.pass() // "sexta-feira passada"
	}
	take()
	switch {
	case !known:
		return period{}, false
	case isUnit:
		return u.whole(r.today, step), true
	case what.isWeekend:
		monday := week().whole(r.today, step).from
		return period{monday.AddDate(0, 0, 5), monday.AddDate(0, 0, 7)}, true
	case what.weekday > 0:
		return r.day(r.nearest(time.Weekday(what.weekday-1), step)), true
	case what.isPart:
		return r.day(r.today.AddDate(0, 0, step)), true
	}
	return period{}, false
}

// weekday reads "Freitag": the latest one that is not in the future.
func (r *tongueReader) weekday() (period, bool) {
	w := r.mean(0).weekday
	if w == 0 {
		return period{}, false
	}
	r.at++
	return r.day(r.nearest(time.Weekday(w-1), 0)), true
}

// namedDay reads "gestern", "hier soir", "ayer por la noche".
func (r *tongueReader) namedDay() (period, bool) {
	day, ok := r.phrase(r.calendar.days)
	if m := r.mean(0); !ok && m.isDay {
		day, ok = m.day, true
		r.at++
	}
	if !ok {
		return period{}, false
	}
	if r.mean(0).isPart {
		r.at++
	}
	return r.day(r.today.AddDate(0, 0, day)), true
}

func (r *tongueReader) amount() (int, unit, bool) {
	n := r.count()
	if n == 0 {
		return 0, unit{}, false
	}
	u, ok := r.unit()
	return n, u, ok
}

// count reads how many: "zwei", "14", "ein paar". 0 if it is none.
func (r *tongueReader) count() int {
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
		return more
	}
	return n
}

func (r *tongueReader) unit() (unit, bool) {
	u := [...]unit{{}, {days: 1}, week(), {months: 1}, {months: 12}}[r.mean(0).unit]
	if u == (unit{}) {
		return u, false
	}
	r.at++
	return u, true
}
