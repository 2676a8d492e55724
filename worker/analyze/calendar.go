package analyze

import (
	"strconv"
	"strings"
	"time"
)

// monthFirst reads "May 17, 2023", "May 17", "May 2023", "in May".
func (r *dateReader) monthFirst() (period, bool) {
	m, ok := month(r.word(0))
	if !ok {
		return period{}, false
	}
	before := r.word(-1)
	r.at++
	if d := ordinal(r.word(0)); d > 0 {
		r.at++
		return r.day(r.on(r.optionalYear(m, d), m, d)), true
	}
	if !isYear(number(r.word(0))) && ambiguousMonth(r.word(-1)) && !introducesMonth(before) {
		return period{}, false
	}
	from := r.on(r.optionalYear(m, 1), m, 1)
	return period{from, from.AddDate(0, 1, 0)}, true
}

// dayFirst reads "17 May 2023", "the 17th of May".
func (r *dateReader) dayFirst() (period, bool) {
	d := ordinal(r.word(0))
	if d == 0 {
		return period{}, false
	}
	r.at++
	r.take("of")
	m, ok := month(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	return r.day(r.on(r.optionalYear(m, d), m, d)), true
}

// season reads "summer", "summer of 2022", "last winter".
func (r *dateReader) season() (period, bool) {
	r.take("last")
	r.take("this")
	first, ok := map[string]time.Month{
		"spring": time.March, "summer": time.June, "autumn": time.September, "fall": time.September, "winter": time.December,
	}[r.word(0)]
	if !ok || r.word(0) == "fall" && !introducesMonth(r.word(-1)) {
		return period{}, false
	}
	r.at++
	from := r.on(r.optionalYear(first, 1), first, 1)
	return period{from, from.AddDate(0, 3, 0)}, true
}

// ago reads "two weeks ago", "a few days ago", "a couple of months ago".
func (r *dateReader) ago() (period, bool) {
	n, u, ok := r.amount()
	if !ok || !(r.take("ago") || r.take("earlier") || r.take("back")) {
		return period{}, false
	}
	return u.around(u.add(r.today, -n)), true
}

// lastFew reads "the last two weeks", "in the past three months".
func (r *dateReader) lastFew() (period, bool) {
	if !r.take("last") && !r.take("past") && !r.take("previous") {
		return period{}, false
	}
	n, u, ok := r.amount()
	if !ok {
		return period{}, false
	}
	return period{u.add(r.today, -n), r.today.AddDate(0, 0, 1)}, true
}

// relative reads "last week", "this month", "next year", "last Friday".
func (r *dateReader) relative() (period, bool) {
	step, ok := map[string]int{"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1}[r.word(0)]
	if !ok {
		return period{}, false
	}
	r.at++
	w := r.word(0)
	r.at++
	if u, ok := units()[w]; ok {
		return u.whole(r.today, step), true
	}
	if w == "weekend" {
		monday := week().whole(r.today, step).from
		return period{monday.AddDate(0, 0, 5), monday.AddDate(0, 0, 7)}, true
	}
	if day, ok := weekday(w); ok {
		return r.day(r.nearest(day, step)), true
	}
	if m, ok := month(w); ok {
		y := r.optionalYear(m, 1)
		if step > 0 {
			y++
		}
		from := r.on(y, m, 1)
		return period{from, from.AddDate(0, 1, 0)}, true
	}
	if dayPart(w) {
		return r.day(r.today.AddDate(0, 0, step)), true
	}
	return period{}, false
}

// weekday reads "Friday": the latest one that is not in the future.
func (r *dateReader) weekday() (period, bool) {
	day, ok := weekday(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	return r.day(r.nearest(day, 0)), true
}

// namedDay reads "today", "yesterday", "tomorrow", "tonight".
func (r *dateReader) namedDay() (period, bool) {
	step, ok := map[string]int{"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}[r.word(0)]
	if !ok {
		return period{}, false
	}
	r.at++
	return r.day(r.today.AddDate(0, 0, step)), true
}

// nearest is a weekday: before today, at or before it, or after it.
func (r *dateReader) nearest(day time.Weekday, step int) time.Time {
	back := (int(r.today.Weekday()) - int(day) + 7) % 7
	if step < 0 && back == 0 {
		back = 7
	}
	if step > 0 {
		back -= 7
	}
	return r.today.AddDate(0, 0, -back)
}

// amount reads "two weeks", "a few days", "a couple of months".
func (r *dateReader) amount() (int, unit, bool) {
	n, ok := map[string]int{
		"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
		"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "few": 3, "several": 4, "couple": 2,
	}[r.word(0)]
	if !ok {
		n = number(r.word(0))
	}
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
	u, ok := units()[r.word(0)]
	r.at++
	return n, u, ok
}

// A unit is a length of time in days and months.
type unit struct{ days, months int }

func week() unit { return unit{days: 7} }

func units() map[string]unit {
	return map[string]unit{
		"day": {days: 1}, "days": {days: 1}, "week": week(), "weeks": week(),
		"month": {months: 1}, "months": {months: 1}, "year": {months: 12}, "years": {months: 12},
	}
}

func (u unit) add(t time.Time, n int) time.Time { return t.AddDate(0, n*u.months, n*u.days) }

// around is a day blurred as much as people blur it: by a third of the unit.
func (u unit) around(t time.Time) period {
	slack := (u.days + 30*u.months) / 3
	return period{t.AddDate(0, 0, -slack), t.AddDate(0, 0, slack+1)}
}

// whole is the calendar week, month or year that is some steps from a day's.
func (u unit) whole(t time.Time, steps int) period {
	var from time.Time
	switch {
	case u.months == 12:
		from = time.Date(t.Year(), time.January, 1, 0, 0, 0, 0, t.Location())
	case u.months == 1:
		from = time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
	case u.days == 7:
		from = t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
	default:
		from = t
	}
	from = u.add(from, steps)
	return period{from, u.add(from, 1)}
}

func month(w string) (time.Month, bool) {
	if len(w) < 3 {
		return 0, false
	}
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		if w == name || w == name[:3] || w == "sept" && m == time.September {
			return m, true
		}
	}
	return 0, false
}

// ambiguousMonth tells whether a month's name is another word too.
func ambiguousMonth(w string) bool { return w == "may" || w == "march" || w == "mar" || w == "jan" }

func introducesMonth(w string) bool {
	switch w {
	case "in", "on", "of", "by", "during", "since", "until", "till", "before", "after", "from", "to", "last", "next", "this", "early", "late", "mid", "the":
		return true
	}
	return false
}

func weekday(w string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if w == strings.ToLower(d.String()) {
			return d, true
		}
	}
	return 0, false
}

func dayPart(w string) bool {
	return w == "night" || w == "evening" || w == "morning" || w == "afternoon"
}

// ordinal reads a day of a month: "3", "3rd". 0 if it is none.
func ordinal(w string) int {
	n := number(strings.TrimRight(w, "sthnrd"))
	if n < 1 || n > 31 {
		return 0
	}
	return n
}

// number reads a number of at most four digits. 0 if it is none.
func number(w string) int {
	if len(w) > 4 {
		return 0
	}
	n, err := strconv.Atoi(w)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
