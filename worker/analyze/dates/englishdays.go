package dates

import "time"

// stroked reads "on 5/17", "on 17/5/23". What may be either is none, and after other
// words than "on" two numbers are rather a time, "after 10:30". "24/7" is always.
func (r *english) stroked() (period, bool) {
	first, second := number(r.word(0)), number(r.word(1))
	switch {
	case r.word(-1) != "on" || first == 24 && second == 7:
		return period{}, false
	case first > 12 || first == second:
		return r.strokes(first, second)
	case second > 12:
		return r.strokes(second, first)
	}
	return period{}, false
}

// bareDay reads "on the 3rd", if nothing follows that it may be the third of,
// "from the 3rd to the 5th", and "the 31st of last month".
func (r *english) bareDay() (period, bool) {
	d, ok := r.numberedDay()
	if !ok || r.word(-1) != "the" {
		return period{}, false
	}
	r.at++
	if p, ok := r.dayOfChosen(d); ok {
		return p, true
	}
	if !r.introduces(r.word(-3)) || !r.standsAlone() {
		return period{}, false
	}
	p := r.latestDay(d, func(time.Time) bool { return true })
	if d <= 28 { // as every month has
		p.every = unit{months: 1}
	}
	return p, true
}

// dayOfChosen reads what says of which month a day is: "of last month", "of this month".
func (r *english) dayOfChosen(d int) (period, bool) {
	start := r.at
	if step, ok := direction(r.word(1)); ok && r.word(2) == "month" && r.take("of") {
		r.at += 2
		return r.day(unit{months: 1}.whole(r.today, step).from.AddDate(0, 0, d-1)), true
	}
	r.at = start
	return period{}, false
}

// numberedWeekday reads "Friday the 13th", "Monday 3rd".
func (r *english) numberedWeekday() (period, bool) {
	name, ok := weekday(r.word(0))
	if !ok {
		return period{}, false
	}
	r.at++
	r.take("the")
	d, ok := r.numberedDay()
	if _, isMonth := month(r.word(1)); !ok || isMonth || r.word(1) == "of" {
		return period{}, false
	}
	r.at++
	return r.latestDay(d, func(day time.Time) bool { return day.Weekday() == name }), true
}

// spelledDay is the day that words like "fifth" and "twenty-first" are. 0 if it is none.
func (r *english) spelledDay() (day, words int) {
	tens := largeQuantity(r.word(0))
	if tens != 20 && tens != 30 {
		return ordinalWord(r.word(0)), 1
	}
	if d := ordinalWord(r.word(1)); 0 < d && d < 10 && tens+d <= 31 {
		return tens + d, 2
	}
	return 0, 0
}

// numberedDay is the day that a word like "3rd" is.
func (r *english) numberedDay() (day int, ok bool) {
	return ordinalDay(r.word(0))
}

func ordinalDay(w string) (day int, ok bool) {
	d := ordinal(w)
	return d, d > 0 && w != digitsOf(w)
}

// standsAlone tells whether the day before is the day of nothing but a month: it ends
// what is said, or the end of a range follows.
func (r *english) standsAlone() bool {
	next := r.word(0)
	return next == "" || r.ranges() && (joins(next) || next == "and")
}
