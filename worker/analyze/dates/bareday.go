package dates

import "time"

// bareDay reads "on the 3rd", if nothing follows that it may be the third of.
func (r *dateReader) bareDay() (period, bool) {
	w := r.word(0)
	d := ordinal(w)
	if d == 0 || w == digitsOf(w) || r.word(-1) != "the" || !introducesMonth(r.word(-2)) {
		return period{}, false
	}
	if _, ok := direction(r.word(2)); r.word(1) != "" && !(ok && r.word(1) == "of") {
		return period{}, false
	}
	r.at++
	p := r.day(r.latestDay(d))
	if d <= 28 { // as every month has
		p.every = unit{months: 1}
	}
	return p, true
}

// latestDay is the last day of a number, in a month that has so many, that is
// not in the future. Of two months that follow each other one has 31.
func (r *dateReader) latestDay(d int) time.Time {
	first := r.on(r.now.Year(), r.now.Month(), 1)
	for {
		day := first.AddDate(0, 0, d-1)
		if day.Month() == first.Month() && !day.After(r.today) {
			return day
		}
		first = first.AddDate(0, -1, 0)
	}
}
