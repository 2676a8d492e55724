package dates

import (
	"strings"
	"time"
)

// relative reads "last week", "this month", "next year", "this past Friday".
func (r *dateReader) relative() (period, bool) {
	step, ok := r.direction()
	if !ok {
		return period{}, false
	}
	p, ok := r.stepped(step)
	if _, isUnit := unitOf(r.word(-1)); isUnit && r.word(0) == "of" {
		return period{}, false // "the last week of school" is not last week
	}
	return p, ok
}

func (r *dateReader) direction() (step int, ok bool) {
	if r.word(0) == "this" && (r.word(1) == "past" || r.word(1) == "coming") {
		r.at++
	}
	if step, ok = direction(r.word(0)); ok {
		r.at++
	}
	if r.word(-1) == "coming" && r.word(0) == "weekend" {
		step = 0 // the next weekend is rather the one of next week
	}
	return step, ok
}

// twiceRemoved reads "the week before last", "the weekend after next".
func (r *dateReader) twiceRemoved() (period, bool) {
	var step int
	switch {
	case r.word(1) == "before" && r.word(2) == "last":
		step = -2
	case r.word(1) == "after" && r.word(2) == "next":
		step = 2
	default:
		return period{}, false
	}
	p, ok := r.stepped(step)
	r.at += 2
	return p, ok
}

// stepped is the week, Friday or night that is some steps from this one.
func (r *dateReader) stepped(step int) (period, bool) {
	if p, ok := r.recurring(); ok {
		return p.chosen(step, r.today), true
	}
	w := r.word(0)
	r.at++
	if u, ok := unitOf(w); ok {
		return u.whole(r.today, step), true
	}
	switch {
	case w == "weekend":
		return weekendOf(week().whole(r.today, step)), true
	case dayPart(w):
		return r.day(r.today.AddDate(0, 0, step)), true
	}
	return period{}, false
}

func weekendOf(w period) period { return period{from: w.from.AddDate(0, 0, 5), to: w.to} }

// ago reads "two weeks ago", "half a year ago", "three days from now".
func (r *dateReader) ago() (period, bool) {
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	switch {
	case r.take("ago") || r.take("earlier") || r.take("back"):
		return r.onThatDay(u, u.add(r.today, -n)), true
	case r.word(0) == "from" && (r.word(1) == "now" || r.word(1) == "today"):
		r.at += 2
	default:
		return period{}, false
	}
	return u.around(u.add(r.today, n)), true
}

// weekdaysAgo reads "two Fridays ago".
func (r *dateReader) weekdaysAgo() (period, bool) {
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

// weekend reads "on the weekend", "over the weekend": the latest that has begun.
func (r *dateReader) weekend() (period, bool) {
	if r.word(0) != "weekend" || r.word(-1) != "the" || r.word(1) == "of" {
		return period{}, false
	}
	switch r.word(-2) {
	case "on", "over", "at", "during":
	default:
		return period{}, false
	}
	r.at++
	return r.weekly(time.Saturday, 2).once(), true
}

// onThatDay reads what makes a time ago exact: "a year ago today", "two weeks
// ago on Friday", "three years ago in May".
func (r *dateReader) onThatDay(u unit, t time.Time) period {
	if r.take("today") {
		return r.day(t)
	}
	start := r.at
	if !r.take("on") {
		r.take("in")
	}
	if p, ok := r.recurring(); ok {
		if exact, ok := p.within(u.whole(t, 0)); ok {
			return exact
		}
	}
	r.at = start
	return u.around(t)
}

// lastFew reads "the last two weeks", "in the past three months".
func (r *dateReader) lastFew() (period, bool) {
	if !r.take("last") && !r.take("past") && !r.take("previous") {
		return period{}, false
	}
	n, u, ok := r.amount()
	if !ok || r.word(0) == "of" {
		return period{}, false
	}
	return period{from: u.add(r.today, -n), to: r.today.AddDate(0, 0, 1)}, true
}

// amount reads "two weeks", "a few days", "a couple of months", "half a year",
// "a year and a half", "two and a half years".
func (r *dateReader) amount() (int, unit, bool) {
	half := r.take("half")
	n := quantity(r.word(0))
	if n <= 0 || n > 1000 {
		return 0, unit{}, false
	}
	r.at++
	switch {
	case r.take("few"):
		n = 3
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
func (r *dateReader) andAHalf() bool {
	if r.word(0) != "and" || r.word(1) != "a" || r.word(2) != "half" {
		return false
	}
	r.at += 3
	return true
}
