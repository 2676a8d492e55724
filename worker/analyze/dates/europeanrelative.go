package dates

import "time"

// phrase passes over one of some phrases, and gives the day or step that it names.
func (r *european) phrase(some []phrase) (n int, ok bool) {
next:
	for _, p := range some {
		for i, w := range p.words {
			if !r.says(i, w) {
				continue next
			}
		}
		r.at += len(p.words)
		return p.n, true
	}
	return 0, false
}

// step reads "letzten", "this", "próximo", "que viene".
func (r *european) step() (step int, ok bool) {
	if m := r.mean(0); m.is(stepWord) {
		r.at++
		return m.step, true
	}
	return r.phrase(r.vocabulary.steps)
}

// relative reads "letzte Woche", "el viernes pasado", "la semaine prochaine".
func (r *european) relative() (period, bool) {
	step, known := r.step()
	many := r.is(-1, manyWord)
	r.pass()
	p, recurs := r.recurring()
	u, isUnit := unit{}, false
	what := r.mean(0)
	led := r.led(atWord|overWord, true)
	_, isWeekend := r.phrase(r.vocabulary.weekends)
	if !recurs && !isWeekend {
		if u, isUnit = r.unit(); !isUnit {
			r.at++
		}
	}
	if !known && r.mean(1).unit == 0 { // "Montag letzter Woche" is another Monday
		step, known = r.step()
	}
	isWeekend = isWeekend || what.is(weekendWord)
	switch {
	case !known && isWeekend && led && !recurs && !isUnit:
		return r.weekly(time.Saturday, 2), true
	case !known:
		return period{}, false
	case recurs:
		return p.chosen(step, r.today), true
	case isUnit && step < 0 && (what.is(pluralWord) || many):
		return r.untilToday(u, aFew), true
	case isUnit && step > 0 && what.is(pluralWord):
		return period{}, false // some time ahead
	case isUnit && u == unit{days: 1}:
		return r.daysAway(step), step == 0 // "the next day" is not tomorrow: it follows on another
	case isUnit:
		return u.whole(r.today, step), true
	case isWeekend:
		return weekendOf(week().whole(r.today, step)), true
	case what.is(partWord):
		return r.daysAway(step), true
	}
	return period{}, false
}

// namedDay reads "gestern", "hier soir", "ayer por la noche".
func (r *european) namedDay() (period, bool) {
	day, ok := r.phrase(r.vocabulary.days)
	if m := r.mean(0); !ok && m.is(dayWord) && !(m.is(partWord) && r.isMorning()) {
		day, ok = m.day, true
		r.at++
	}
	if !ok {
		return period{}, false
	}
	r.partOfDay()
	return r.daysAway(day), true
}

// isMorning tells "am Morgen" and "por la mañana" from tomorrow, which is the
// same word.
func (r *european) isMorning() bool {
	before := r.mean(-1)
	return before.is(articleWord|everyWord|stepWord|dayWord) || before.weekday > 0
}

// partOfDay passes over what follows a day: "Abend", "por la mañana".
func (r *european) partOfDay() {
	start := r.at
	r.pass()
	if m := r.mean(0); m.is(partWord) && (!m.is(dayWord) || r.isMorning()) {
		r.at++
		return
	}
	r.at = start
}
