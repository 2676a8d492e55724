package dates

import "time"

// recurring reads what comes every year or week: a day of a month, a month, a
// season, a feast, a day of the week.
func (r *english) recurring() (period, bool) {
	if r.isOneOfMany() || r.isOfAnother() {
		return period{}, false
	}
	return r.firstOf(r.monthThenDay, r.dayThenMonth, r.season, r.quarter, r.feast, r.numberedWeekday, r.weekday)
}

// isOfAnother tells "the Friday of the wedding" and "the last Friday of the month"
// from "Friday of last week".
func (r *english) isOfAnother() bool {
	_, isWeekday := weekday(r.word(0))
	which := 2
	if _, isUnit := unitOf(r.word(4)); isUnit && r.word(2) == "the" {
		which = 3 // "Friday of the past week"
	}
	_, chosen := direction(r.word(which))
	return isWeekday && r.word(1) == "of" && (!chosen || ordinalWord(r.word(-1)) != 0)
}

// isOneOfMany tells "every Friday" and "every other Friday" from a Friday.
func (r *english) isOneOfMany() bool {
	before := r.word(-1)
	if before == "other" || ordinalWord(before) > 0 {
		before = r.word(-2)
	}
	return before == "every" || before == "each"
}

// season reads "in summer", "over the winter", "fall 2021", "the summer of last year".
// Its name alone is rather of a thing: "a summer dress".
func (r *english) season() (period, bool) {
	first, ok := firstMonth(r.word(0))
	if !ok || !r.introduced() && !r.ranges() && !r.saysWhich(1) && !(r.word(1) == "of" && r.saysWhich(2)) {
		return period{}, false
	}
	r.at++
	return r.seasonFrom(first), true
}

// introduced tells whether a season is led to: "in fall" and "in the fall", and not
// "the fall" and "to fall".
func (r *english) introduced() bool {
	before := r.word(-1)
	if before == "the" {
		before = r.word(-2)
	}
	switch before {
	case "to", "the":
		return false
	case "over", "for", "throughout", "through":
		return true
	}
	_, chosen := direction(before)
	return chosen || introducesMonth(before)
}

// quarter reads "Q3 2022", "in Q1", "Q2 of last year". One alone may be a question.
func (r *english) quarter() (period, bool) {
	w, before := r.word(0), r.word(-1)
	if !isQuarter(w) {
		return period{}, false
	}
	r.at++
	next := r.word(0)
	if next == "of" {
		next = r.word(1)
	}
	_, chosen := direction(before)
	_, later := direction(next)
	if !chosen && !later && !isYear(number(next)) && !opens(before) && !r.ranges() && before != "in" && before != "during" {
		return period{}, false
	}
	return r.yearly(quarterMonth(w), 1, 3, 0), true
}

// feast reads "Christmas 2022", "last Halloween", "on Christmas Day". One without
// its year is else rather a thing to speak of than a day.
func (r *english) feast() (period, bool) {
	m, d, words := feast(r.word(0), r.word(1), r.word(2))
	if words == 0 {
		return period{}, false
	}
	_, chosen := direction(r.word(-1))
	if !chosen && !r.saysWhich(words) && !opens(r.word(-1)) && !r.ranges() && !r.onDay(words) {
		return period{}, false
	}
	r.at += words
	return r.yearly(m, d, 0, 1), true
}

// saysWhich tells whether the words n places on say which of those that come again is
// meant: "2022", "last year", "two years ago", "before last".
func (r *english) saysWhich(n int) bool {
	w, next := r.word(n), r.word(n+1)
	_, chosen := direction(w)
	return chosen || isYear(number(w)) || w == "before" && next == "last" || w == "after" && next == "next" || r.agoFollows(n)
}

// onDay tells "on Christmas Eve" and "at Christmas" from "to spend on Christmas".
func (r *english) onDay(words int) bool {
	last := r.word(words - 1)
	switch r.word(-1) {
	case "on":
		return last == "eve" || last == "day"
	case "at", "over", "during":
		return true
	}
	return false
}

// weekday reads "Friday".
func (r *english) weekday() (period, bool) {
	day, ok := weekday(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	return r.weekly(day, 1), true
}

// weekdayOrWeekend reads "Friday" or "weekend".
func (r *english) weekdayOrWeekend() (period, bool) {
	if r.take("weekend") {
		return r.weekly(time.Saturday, 2), true
	}
	return r.weekday()
}

// weekend reads "on the weekend", "since the weekend": the latest that has begun.
func (r *english) weekend() (period, bool) {
	if r.word(0) != "weekend" || r.word(-1) != "the" || r.word(1) == "of" {
		return period{}, false
	}
	switch before := r.word(-2); before {
	case "on", "over", "at", "during":
	default:
		if !opens(before) {
			return period{}, false
		}
	}
	r.at++
	return r.weekly(time.Saturday, 2), true
}
