package dates

import "time"

// A unit is a length of time in days and months.
type unit struct{ days, months int }

// aFew is how many some are.
const aFew = 3

func week() unit { return unit{days: 7} }

func (u unit) add(t time.Time, n int) time.Time { return t.AddDate(0, n*u.months, n*u.days) }

// half is half a unit, in whole days or months.
func (u unit) half() unit {
	return unit{days: (u.days + 30*(u.months%2)) / 2, months: u.months / 2}
}

// times is about how often it fits into a duration.
func (u unit) times(d time.Duration) int {
	return int(d / (time.Duration(24*u.days+730*u.months) * time.Hour))
}

// around is a day blurred as much as people blur it: by a third of the unit.
func (u unit) around(t time.Time) period {
	slack := (u.days + 30*u.months) / 3
	return period{from: t.AddDate(0, 0, -slack), to: t.AddDate(0, 0, slack+1)}
}

// beside is the unit before a period, or after it.
func (u unit) beside(p period, after bool) period {
	if after {
		return period{from: p.to, to: u.add(p.to, 1)}
	}
	return period{from: u.add(p.from, -1), to: p.from}
}

// somewhatBeside is a time some units before a period, or after it.
func (u unit) somewhatBeside(p period, n int, after bool) period {
	if after {
		return u.around(u.add(p.to.AddDate(0, 0, -1), n))
	}
	return u.around(u.add(p.from, -n))
}

// whole is the calendar week, month or year that is some steps from a day's.
func (u unit) whole(t time.Time, steps int) period {
	var from time.Time
	switch {
	case u.months == 12:
		from = time.Date(t.Year(), time.January, 1, 0, 0, 0, 0, t.Location())
	case u.months == 3:
		from = time.Date(t.Year(), (t.Month()-1)/3*3+1, 1, 0, 0, 0, 0, t.Location())
	case u.months == 1:
		from = time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
	case u.days == 7:
		from = t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
	default:
		from = t
	}
	from = u.add(from, steps)
	return period{from: from, to: u.add(from, 1)}
}
