package dates

import (
	"strings"
	"time"
)

// The words of dates are told by switches, not maps: every word of every
// query passes through here several times, and a switch costs no allocation.

func month(w string) (time.Month, bool) {
	switch w {
	case "january", "jan":
		return time.January, true
	case "february", "feb":
		return time.February, true
	case "march", "mar":
		return time.March, true
	case "april", "apr":
		return time.April, true
	case "may":
		return time.May, true
	case "june", "jun":
		return time.June, true
	case "july", "jul":
		return time.July, true
	case "august", "aug":
		return time.August, true
	case "september", "sep", "sept":
		return time.September, true
	case "october", "oct":
		return time.October, true
	case "november", "nov":
		return time.November, true
	case "december", "dec":
		return time.December, true
	}
	return 0, false
}

func weekday(w string) (time.Weekday, bool) {
	switch w {
	case "sunday":
		return time.Sunday, true
	case "monday", "mon":
		return time.Monday, true
	case "tuesday", "tue", "tues":
		return time.Tuesday, true
	case "wednesday":
		return time.Wednesday, true
	case "thursday", "thu", "thur", "thurs":
		return time.Thursday, true
	case "friday", "fri":
		return time.Friday, true
	case "saturday":
		return time.Saturday, true
	}
	return 0, false
}

// firstMonth is the month in which a season begins.
func firstMonth(season string) (time.Month, bool) {
	switch season {
	case "spring":
		return time.March, true
	case "summer":
		return time.June, true
	case "autumn", "fall":
		return time.September, true
	case "winter":
		return time.December, true
	}
	return 0, false
}

// quarterMonth is the month in which "q1" to "q4" begin.
func quarterMonth(w string) time.Month { return time.Month(3*int(w[1]-'1') + 1) }

func isQuarter(w string) bool { return len(w) == 2 && w[0] == 'q' && '1' <= w[1] && w[1] <= '4' }

// direction reads the word before a unit: how many of it lie between it and now.
func direction(w string) (int, bool) {
	switch w {
	case "last", "past", "previous":
		return -1, true
	case "this":
		return 0, true
	case "next", "coming":
		return 1, true
	}
	return 0, false
}

// thirdNamed reads a word for the beginning, the middle or the end of a time,
// and gives the word that goes between.
func thirdNamed(w string) (which third, joint string) {
	switch w {
	case "beginning", "start":
		return beginning, "of"
	case "middle":
		return middle, "of"
	case "end":
		return ending, "of"
	case "early":
		return beginning, "in"
	case "mid":
		return middle, "in"
	case "late":
		return ending, "in"
	}
	return 0, ""
}

// feast reads a feast that has a day of its own, which one to three words name.
func feast(w, next, afterNext string) (m time.Month, d, words int) {
	switch w {
	case "christmas", "xmas":
		switch next {
		case "eve":
			return time.December, 24, 2
		case "day":
			return time.December, 25, 2
		}
		return time.December, 25, 1
	case "halloween":
		return time.October, 31, 1
	case "new":
		switch {
		case next != "year" && next != "years":
		case afterNext == "eve":
			return time.December, 31, 3
		case afterNext == "day":
			return time.January, 1, 3
		default:
			return time.January, 1, 2
		}
	}
	return 0, 0, 0
}

func daysFromToday(w string) (int, bool) {
	switch w {
	case "yesterday":
		return -1, true
	case "today", "tonight":
		return 0, true
	case "tomorrow":
		return 1, true
	}
	return 0, false
}

func dayPart(w string) bool {
	return w == "night" || w == "evening" || w == "morning" || w == "afternoon"
}

// isClock tells whether a word stands behind an hour.
func isClock(w string) bool {
	switch w {
	case "am", "pm", "a.m", "p.m", "o'clock", "oclock":
		return true
	}
	return false
}

// isPlural tells "weeks" from "week".
func isPlural(unit string) bool { return strings.HasSuffix(unit, "s") }

// unitOf reads the name of a unit.
func unitOf(w string) (unit, bool) {
	switch w {
	case "day", "days":
		return unit{days: 1}, true
	case "week", "weeks":
		return week(), true
	case "fortnight", "fortnights":
		return unit{days: 14}, true
	case "month", "months":
		return unit{months: 1}, true
	case "quarter", "quarters":
		return unit{months: 3}, true
	case "year", "years":
		return unit{months: 12}, true
	}
	return unit{}, false
}
