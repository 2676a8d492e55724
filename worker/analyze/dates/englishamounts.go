package dates

import "strings"

// ago reads "two weeks ago", "half a year ago", "three days from now".
func (r *english) ago() (period, bool) {
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	switch {
	case r.take("ago") || r.take("earlier") || r.take("back"):
		return r.exactlyAgo(u, n), true
	case r.word(0) == "from" && (r.word(1) == "now" || r.word(1) == "today"):
		r.at += 2
	default:
		return period{}, false
	}
	return r.away(u, n), true
}

// exactlyAgo reads what makes a time ago exact: "a year ago today", "two weeks
// ago on Friday", "three years ago in May".
func (r *english) exactlyAgo(u unit, n int) period {
	day := u.add(r.today, -n)
	if r.take("today") {
		return r.day(day)
	}
	return r.exactly(u, day, r.passOnOrIn, r.recurring)
}

func (r *english) passOnOrIn() {
	if !r.take("on") {
		r.take("in")
	}
}

// weekdaysAgo reads "two Fridays ago".
func (r *english) weekdaysAgo() (period, bool) {
	n := quantity(r.word(0))
	name, plural := strings.CutSuffix(r.word(1), "s")
	day, ok := weekday(name)
	if !ok || !plural || n < 2 || n > 1000 || r.word(2) != "ago" {
		return period{}, false
	}
	r.at += 3
	latest := r.weekly(day, 1).chosen(-1, r.today)
	return r.day(latest.from.AddDate(0, 0, -7*(n-1))), true
}

// lastFew reads "the last two weeks", "in the past three months".
func (r *english) lastFew() (period, bool) {
	if !r.take("last") && !r.take("past") && !r.take("previous") {
		return period{}, false
	}
	n, u, ok := r.amount()
	if !ok || r.word(0) == "of" {
		return period{}, false
	}
	return r.untilToday(u, n), true
}

// amount reads "two weeks", "a few days", "a couple of months", "half a year",
// "a year and a half", "two and a half years".
func (r *english) amount() (int, unit, bool) {
	half := r.take("half")
	n := quantity(r.word(0))
	if n <= 0 || n > 1000 {
		return 0, unit{}, false
	}
	r.at++
	switch {
	case r.take("few"):
		n = aFew
	case r.take("couple"):
		n = 2
	}
	r.take("of")
	more := r.andAHalf()
	u, ok := unitOf(r.word(0))
	r.at++
	switch {
	case half:
		u = u.half()
	case more, r.andAHalf():
		n, u = 2*n+1, u.half()
	}
	return n, u, ok && u != unit{}
}

// andAHalf passes over "and a half".
func (r *english) andAHalf() bool {
	if r.word(0) != "and" || r.word(1) != "a" || r.word(2) != "half" {
		return false
	}
	r.at += 3
	return true
}
