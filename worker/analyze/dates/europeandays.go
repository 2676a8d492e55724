package dates

import (
	"strings"
	"time"
)

// dayOfMonth reads "3. Mai", "le 1er mai", "am ersten Mai", "dos de mayo", "3. bis 5. Mai".
func (r *european) dayOfMonth() (period, bool) {
	d, inWords := r.dayHere(), !beginsWithDigit(r.word(0))
	if d == 0 {
		return period{}, false
	}
	r.at++
	more := r.daysMore(d)
	r.pass()
	m := time.Month(r.mean(0).month)
	if m == 0 || inWords && r.mean(1).unit%4 > 0 { // "die zweite Mai-Woche"
		return period{}, false
	}
	r.at++
	return r.yearly(m, d, 0, 1+more), true
}

// dayHere is the day of a month that the word at hand is, in figures or not. 0 if it
// is none, as of "vingt-deux mai" the second is, and the hour of "a las 5 del 20 de mayo".
func (r *european) dayHere() int {
	if r.is(-1, hourWord) {
		return 0
	}
	if d := dayNumber(r.word(0)); d > 0 {
		return d
	}
	before := r.mean(-1)
	if before.is(andWord) {
		before = r.mean(-2)
	}
	if before.number+before.date > 0 {
		return 0
	}
	return r.mean(0).date
}

// dotted reads "am 3.5.", "am 3.5.21", "vom 3.5. bis 5.5.". Elsewhere that may be a
// number or a version.
func (r *european) dotted() (period, bool) {
	ends := r.is(-1, toWord) && strings.Contains(r.word(-2), ".") && r.is(-3, dottedWord)
	if !ends && !r.is(-1, dottedWord) {
		return period{}, false
	}
	day, rest, _ := strings.Cut(r.word(0), ".")
	month, year, _ := strings.Cut(rest, ".")
	d, m := number(day), number(month)
	switch {
	case len(year) == 2 && beginsWithDigit(year) && beginsWithDigit(year[1:]):
		return r.figures(r.century(number(year)), m, d, 1)
	case year != "" || d < 1 || d > 31 || m < 1 || m > 12:
		return period{}, false
	}
	r.at++
	return r.yearly(time.Month(m), d, 0, 1), true
}

// stroked reads "le 17/05", "el 17/5/23". What may be a fraction is none.
func (r *european) stroked() (period, bool) {
	day, month := number(r.word(0)), r.word(1)
	if !r.is(-1, strokedWord) || day <= 12 && len(month) != 2 {
		return period{}, false
	}
	return r.strokes(day, number(month))
}

// daysMore reads the later days of "3. bis zum 5." and "3., 4. und 5.", and tells
// how many the last is after the first.
func (r *european) daysMore(first int) int {
	last := first
	for {
		start := r.at
		r.joinsBoth()
		r.pass()
		d := r.dayHere()
		if d <= last {
			r.at = start
			return last - first
		}
		r.at++
		last = d
	}
}

// dayNumber reads a day of a month: "3", "1er", "1º". 0 if it is none.
func dayNumber(w string) int {
	end := 0
	for end < len(w) && end < 3 && '0' <= w[end] && w[end] <= '9' {
		end++
	}
	if n := number(w[:end]); n <= 31 && len(w)-end <= 2 {
		return n
	}
	return 0
}
