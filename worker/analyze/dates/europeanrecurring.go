package dates

import "time"

// recurring reads what comes every year or week: a day of a month, a month, a
// season, a feast, a day of the week.
func (r *european) recurring() (period, bool) {
	if r.is(-1, everyWord) || r.is(-2, everyWord) { // "todos los lunes", "jeden zweiten Montag"
		return period{}, false
	}
	return r.firstOf(r.dayOfMonth, r.month, r.season, r.feast, r.weekday)
}

// month reads "im Mai", "mars", "le mois de mars".
func (r *european) month() (period, bool) {
	if r.mean(0).unit == 3 {
		r.at++
		r.pass()
	}
	m := time.Month(r.mean(0).month)
	if m == 0 {
		return period{}, false
	}
	r.at++
	return r.monthOf(m), true
}

// season reads "im Sommer", "l'été dernier", "en verano de 2022". Its name alone
// may be another word.
func (r *european) season() (period, bool) {
	m := r.mean(0)
	if m.season == 0 {
		return period{}, false
	}
	known := r.led(withinWord|overWord|stepWord, !m.is(doubtfulWord))
	r.at++
	if !known && !r.saysWhich(!m.is(doubtfulWord)) {
		return period{}, false
	}
	return r.seasonFrom(time.Month(3 * m.season)), true
}

// feast reads "Weihnachten 2022", "a Natale", "depuis le nouvel an". Its name alone is
// rather a thing to speak of than a day.
func (r *european) feast() (period, bool) {
	known := r.led(onWord|overWord|stepWord, true)
	on, ok := r.phrase(r.vocabulary.feasts)
	if m := r.mean(0); !ok && m.is(feastWord) {
		on, ok = m.feast, true
		r.at++
	}
	if !ok || !known && !r.saysWhich(true) {
		return period{}, false
	}
	return r.yearly(time.Month(on/100), on%100, 0, 1), true
}

// led tells whether a word of some kinds stands before, or before the article: "en
// Navidad", "durante el verano", or what makes an open range, where that will do.
func (r *european) led(kinds wordKind, opened bool) bool {
	return r.opened && opened || r.is(-1, kinds) || r.is(-1, fillerWord) && r.word(-1) != "a" && r.is(-2, kinds)
}

// saysWhich tells whether what follows says which of those that come again is meant.
// How long ago says it of what is surely named: "il a été il y a deux ans à Rome".
func (r *european) saysWhich(named bool) bool {
	start := r.at
	defer func() { r.at = start }()
	if _, _, ok := r.amountAgo(); ok && named {
		return true
	}
	r.at = start
	if _, ok := r.step(); ok {
		return true
	}
	r.pass()
	_, ok := r.step()
	return ok || r.mean(0).unit > 0 || isYear(number(r.word(0)))
}

// weekday reads "Freitag", "lunes por la mañana", "sexta-feira".
func (r *european) weekday() (period, bool) {
	m := r.mean(0)
	if m.weekday == 0 || m.is(doubtfulWord) && !r.isWeekday() {
		return period{}, false
	}
	r.at++
	if r.says(0, ofWeekday) {
		r.at++
	}
	name := time.Weekday(m.weekday - 1)
	if d, ok := r.lastNumber(); ok {
		return r.latestDay(d, func(day time.Time) bool { return day.Weekday() == name }), true
	}
	r.partOfDay()
	return r.weekly(name, 1), true
}

// lastNumber reads the day of "vendredi 13" and "Freitag, der 13.", which ends what
// is said: "lundi 3 mai" has a month, "Montag 14 Uhr" is no day of one.
func (r *european) lastNumber() (day int, ok bool) {
	n := 0
	if r.is(0, articleWord) {
		n++
	}
	d := dayNumber(r.word(n))
	if d == 0 || r.word(n+1) != "" {
		return 0, false
	}
	r.at += n + 1
	return d, true
}

// ofWeekday makes a day of the week of a Portuguese ordinal.
const ofWeekday = "feira"

// isWeekday tells "segunda-feira", "segunda passada" and "na segunda" from the
// second of something.
func (r *european) isWeekday() bool {
	before, after := r.mean(-1), r.mean(1)
	switch {
	case r.says(1, ofWeekday), before.is(stepWord), after.is(stepWord), r.says(1, "que") && r.says(2, "vem"):
		return true
	case before.is(sinceWord | untilWord | fromWord | withinWord), r.at > 1 && r.mean(-2).weekday > 0:
		return r.word(1) == "" || after.is(toWord|andWord|fillerWord)
	}
	return false
}

// year reads "2021", but not "2000 Euro": it is a year there only after "in", "seit",
// a month or the like.
func (r *european) year() (period, bool) {
	if r.mean(0).unit == 4 {
		r.at++ // "l'année 2021"
	}
	n := -1
	for r.is(n, fillerWord) && !r.is(n, withinWord) { // "mayo de 2021"
		n--
	}
	before := r.mean(n)
	p, ok := r.reader.year()
	dated := before.is(withinWord|sinceWord) || before.month+before.season+before.unit > 0
	return p, ok && (dated || !r.is(0, countedWord))
}
