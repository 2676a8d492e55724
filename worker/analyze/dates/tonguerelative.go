package dates

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
	return r.onThatDay(u, u.add(r.today, -n)), true
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
	return r.onThatDay(u, u.add(r.today, -n)), true
}

// onThatDay reads what makes a time ago exact: "vor zwei Wochen am Montag", "il y
// a trois ans en mai".
func (r *tongueReader) onThatDay(u unit, t time.Time) period {
	start := r.at
	r.pass()
	if p, ok := r.recurring(); ok {
		if exact, ok := p.within(u.whole(t, 0)); ok {
			return exact
		}
	}
	r.at = start
	return u.around(t)
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

// step reads "letzten", "this", "próximo", "que viene".
func (r *tongueReader) step() (step int, ok bool) {
	if m := r.mean(0); m.isStep {
		r.at++
		return m.step, true
	}
	return r.phrase(r.calendar.steps)
}

// lastFew reads "den letzten zwei Wochen", "les deux dernières semaines".
func (r *tongueReader) lastFew() (period, bool) {
	step, before := r.step()
	n := r.count()
	if !before {
		step, before = r.step()
	}
	u, ok := r.unit()
	if n == 0 || !before || step >= 0 || !ok {
		return period{}, false
	}
	return period{from: u.add(r.today, -n), to: r.today.AddDate(0, 0, 1)}, true
}

// lastOfMonth reads "die letzte Woche im Mai", "la dernière semaine de mai 2021".
func (r *tongueReader) lastOfMonth() (period, bool) {
	step, ok := r.step()
	if !ok || step >= 0 {
		return period{}, false
	}
	u, ok := r.unit()
	if !ok || u.months > 0 || !r.mean(0).filler {
		return period{}, false
	}
	r.pass()
	whole, ok := r.month()
	if !ok {
		return period{}, false
	}
	start := r.at
	r.pass()
	if y, ok := r.year(); ok {
		whole, _ = whole.within(y)
	} else {
		r.at = start
	}
	return period{from: u.add(whole.to, -1), to: whole.to}, true
}

// relative reads "letzte Woche", "el viernes pasado", "la semaine prochaine".
func (r *tongueReader) relative() (period, bool) {
	step, known := r.step()
	r.pass()
	p, recurs := r.recurring()
	u, isUnit := unit{}, false
	what := r.mean(0)
	if !recurs {
		if u, isUnit = r.unit(); !isUnit {
			r.at++
		}
	}
	if !known && r.mean(1).unit == 0 { // "Montag letzter Woche" is another Monday
		step, known = r.step()
	}
	switch {
	case !known:
		return period{}, false
	case recurs:
		return p.chosen(step, r.today), true
	case isUnit:
		return u.whole(r.today, step), true
	case what.isWeekend:
		return weekendOf(week().whole(r.today, step)), true
	case what.isPart:
		return r.day(r.today.AddDate(0, 0, step)), true
	}
	return period{}, false
}

// namedDay reads "gestern", "hier soir", "ayer por la noche".
func (r *tongueReader) namedDay() (period, bool) {
	day, ok := r.phrase(r.calendar.days)
	if m := r.mean(0); !ok && m.isDay && !(m.isPart && r.isMorning()) {
		day, ok = m.day, true
		r.at++
	}
	if !ok {
		return period{}, false
	}
	r.partOfDay()
	return r.day(r.today.AddDate(0, 0, day)), true
}

// isMorning tells "am Morgen" and "por la mañana" from tomorrow, which is the
// same word.
func (r *tongueReader) isMorning() bool {
	before := r.mean(-1)
	return before.article || before.every || before.isStep || before.isDay || before.weekday > 0
}

// partOfDay passes over what follows a day: "Abend", "por la mañana".
func (r *tongueReader) partOfDay() {
	start := r.at
	r.pass()
	if m := r.mean(0); m.isPart && (!m.isDay || r.isMorning()) {
		r.at++
		return
	}
	r.at = start
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
		r.pass() // "un par de"
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
