package dates

import (
	"strings"
	"time"
)

// ago reads "two weeks ago", "half a year ago", "three days from now", "a week from Friday".
func (r *english) ago() (period, bool) {
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	switch {
	case r.take("ago") || r.take("earlier") || r.take("back"):
		return r.exactlyAgo(u, n), true
	case r.take("from"):
		return r.fromDay(u, n)
	}
	return period{}, false
}

// fromDay reads what some time begins with that lies ahead: "now", which is as vague
// as "ago" is, "tomorrow", "Friday", which is the one to come.
func (r *english) fromDay(u unit, n int) (period, bool) {
	if r.take("now") {
		return r.away(u, n), true
	}
	w := r.word(0)
	r.at++
	if step, ok := daysFromToday(w); ok {
		return r.day(u.add(r.today.AddDate(0, 0, step), n)), true
	}
	day, ok := weekday(w)
	return r.day(u.add(r.weekly(day, 1).first(r.today).from, n)), ok
}

// exactlyAgo reads what makes a time ago exact: "a year ago today", "a week ago
// yesterday", "a year ago this week", "two weeks ago on Friday", "three years ago in May".
func (r *english) exactlyAgo(u unit, n int) period {
	day := u.add(r.today, -n)
	if step, ok := daysFromToday(r.word(0)); ok {
		r.at++
		return r.day(day.AddDate(0, 0, step))
	}
	if this, ok := unitOf(r.word(1)); ok && r.take("this") {
		r.at++
		return this.whole(day, 0)
	}
	return r.exactly(u, day, r.passOnOrIn, r.recurring)
}

func (r *english) passOnOrIn() {
	if !r.take("on") {
		r.take("in")
	}
}

// unitsAgo reads what says which of those that come again is meant: "March two
// years ago", "Friday three weeks ago".
func (r *english) unitsAgo(p period) (period, bool) {
	start := r.at
	if n, u, ok := r.amount(); ok && r.take("ago") {
		if exact, ok := r.shifted(p, u, -n); ok {
			return exact, true
		}
	}
	r.at = start
	return period{}, false
}

// timesAgo reads "two Fridays ago", "a couple of weekends ago", "two summers ago",
// "three nights ago".
func (r *english) timesAgo() (period, bool) {
	n := r.count()
	name, plural := strings.CutSuffix(r.word(0), "s")
	if n < 2 || !plural || r.word(1) != "ago" {
		return period{}, false
	}
	r.at += 2
	p, ok := r.comingAgain(name)
	if !ok {
		return r.daysAway(-n), dayPart(name)
	}
	last := p.chosen(-1, r.today)
	last.every = p.every
	return last.move(1 - n).once(), true
}

// comingAgain is the latest of what a weekday, a season or "weekend" names.
func (r *english) comingAgain(name string) (period, bool) {
	if day, ok := weekday(name); ok {
		return r.weekly(day, 1), true
	}
	if first, ok := firstMonth(name); ok {
		return r.seasonFrom(first), true
	}
	return r.weekly(time.Saturday, 2), name == "weekend"
}
