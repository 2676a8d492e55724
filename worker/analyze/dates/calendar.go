package dates

import "time"

// on is when a day begins. A day that its month has not is one of the next.
func (r *reader) on(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, r.now.Location())
}

func (r *reader) day(t time.Time) period { return period{from: t, to: t.AddDate(0, 0, 1)} }

func (r *reader) yearOf(y int) period {
	from := r.on(y, time.January, 1)
	return period{from: from, to: from.AddDate(1, 0, 0)}
}

// yearly is what begins on a day of a month and lasts for some months and days:
// the latest that has begun.
func (r *reader) yearly(m time.Month, d, months, days int) period {
	from := r.on(r.now.Year(), m, d)
	p := period{from: from, to: from.AddDate(0, months, days), every: unit{months: 12}, leap: m == time.February && d == 29}
	p = p.latest(r.now)
	for p.leap && p.from.Month() != m {
		p = p.move(-1) // to the last that there was
	}
	return p
}

func (r *reader) monthOf(m time.Month) period { return r.yearly(m, 1, 1, 0) }

// seasonFrom is the season that begins with a month.
func (r *reader) seasonFrom(m time.Month) period { return r.yearly(m, 1, 3, 0) }

// weekly is what begins on a day of the week and lasts for some days.
func (r *reader) weekly(day time.Weekday, days int) period {
	from := r.today.AddDate(0, 0, -(int(r.today.Weekday())-int(day)+7)%7)
	return period{from: from, to: from.AddDate(0, 0, days), every: week()}
}

// daysAway is the day so many days from today.
func (r *reader) daysAway(n int) period { return r.day(r.today.AddDate(0, 0, n)) }

// latestDay is the latest day of a number that is not in the future, and that
// something else holds of.
func (r *reader) latestDay(d int, holds func(day time.Time) bool) period {
	for first := r.on(r.now.Year(), r.now.Month(), 1); ; first = first.AddDate(0, -1, 0) {
		day := first.AddDate(0, 0, d-1)
		if day.Month() == first.Month() && !day.After(r.today) && holds(day) {
			return r.day(day)
		}
	}
}

// away is a time some units from today, as vague as people mean it.
func (r *reader) away(u unit, n int) period { return u.around(u.add(r.today, n)) }

// shifted is what a period names some units from today: the March of that year, the
// Friday of that week, and of today the same day.
func (r *reader) shifted(p period, u unit, n int) (period, bool) {
	if p.days() == 1 && !p.recurs() {
		return r.day(u.add(p.from, n)), true
	}
	return p.within(u.whole(u.add(r.today, n), 0))
}

// untilToday is the last units, with today.
func (r *reader) untilToday(u unit, n int) period {
	return period{from: u.add(r.today, -n), to: r.today.AddDate(0, 0, 1)}
}

// onward is all from a time on: a century is as good as all.
func (r *reader) onward(t time.Time) period {
	return period{from: t, to: r.today.AddDate(100, 0, 0), open: openAfter}
}

// upTo is all that can have been said before a period, or a century before it, with
// the period itself or without. Of what comes again it is the nearest one: "by Friday"
// is said of the Friday to come as well as of the last.
func (r *reader) upTo(p period, with bool) period {
	nearest := p.nearest(r.now)
	all := period{from: time.UnixMilli(0), to: nearest.from, open: openBefore}
	if with {
		all.to = nearest.to
	}
	if !all.from.Before(all.to) {
		all.from = all.to.AddDate(-100, 0, 0)
	}
	if nearest.from.After(p.from) {
		all.every = p.every
	}
	return all
}
