package dates

import (
	"strings"
	"time"
)

// ago reads "two weeks ago", "half a year ago", "a week or two ago", "three days from
// now", "a week from Friday", "a week on Friday", "a week today", "a week last Friday".
func (r *english) ago() (period, bool) {
	before := r.word(-1)
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	switch {
	case r.take("ago") || r.take("earlier") || r.take("back"):
		return r.exactlyAgo(u, n), true
	case r.take("from"):
		return r.fromDay(u, n)
	case before == "for" || u.days < 7:
		return period{}, false // "for a week on Friday afternoons"
	case r.take("last"):
		day, ok := r.weekday()
		return r.day(u.add(day.chosen(-1, r.today).from, -n)), ok
	case r.take("on"), r.word(0) == "today", r.word(0) == "tomorrow":
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
	if this, ok := unitOf(r.word(1)); ok && r.take("this") {
		r.at++
		return this.whole(u.add(r.today, -n), 0)
	}
	return r.exactly(u, n, r.passOnOrIn, func() (period, bool) { return r.firstOf(r.namedDay, r.recurring) })
}

func (r *english) passOnOrIn() {
	if !r.take("on") {
		r.take("in")
	}
}

// weekOn reads what makes of a day the one a week after the next: "Friday week", "tomorrow
// fortnight". It ends what is said, or the day is led to: "Monday, week in review".
func (r *english) weekOn(p period, before string) (period, bool) {
	led := before == "on" || before == "by" || before == "until" || before == "from"
	u, next := week(), r.word(1)
	switch r.word(0) {
	case "fortnight":
		u.days = 14
	case "week":
	default:
		return period{}, false
	}
	if next != "" && !led || quantity(next) > 0 || p.days() != 1 || p.recurs() && !p.isWeekday() {
		return period{}, false // "on Monday week one of the course begins"
	}
	r.at++
	if p.recurs() {
		p = p.first(r.today)
	}
	return r.day(u.add(p.from, 1)), true
}

// agoFollows tells whether the words n places on say how long ago: "two years ago".
func (r *english) agoFollows(n int) bool {
	start := r.at
	r.at += n
	_, _, ok := r.amount()
	ok = ok && r.word(0) == "ago"
	r.at = start
	return ok
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
	name, plural := strings.CutSuffix(strings.Replace(r.word(0), "christmases", "christmass", 1), "s")
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

// comingAgain is the latest of what a weekday, a season, a feast or "weekend" names.
func (r *english) comingAgain(name string) (period, bool) {
	if day, ok := weekday(name); ok {
		return r.weekly(day, 1), true
	}
	if first, ok := firstMonth(name); ok {
		return r.seasonFrom(first), true
	}
	if m, d, words := feast(name, "", ""); words > 0 {
		return r.yearly(m, d, 0, 1), true
	}
	return r.weekly(time.Saturday, 2), name == "weekend"
}
