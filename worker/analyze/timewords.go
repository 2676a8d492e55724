package analyze

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
	case "monday":
		return time.Monday, true
	case "tuesday":
		return time.Tuesday, true
	case "wednesday":
		return time.Wednesday, true
	case "thursday":
		return time.Thursday, true
	case "friday":
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

// direction reads the word before a unit: how many of it lie between it and now.
func direction(w string) (int, bool) {
	switch w {
	case "last", "past", "previous":
		return -1, true
	case "this":
		return 0, true
	case "next":
		return 1, true
	}
	return 0, false
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

// quantity reads how many: a number in digits or words. 0 if it is none.
func quantity(w string) int {
	switch w {
	case "a", "an", "one":
		return 1
	case "two", "couple":
		return 2
	case "three", "few":
		return 3
	case "four", "several":
		return 4
	case "five":
		return 5
	case "six":
		return 6
	case "seven":
		return 7
	case "eight":
		return 8
	case "nine":
		return 9
	case "ten":
		return 10
	case "eleven":
		return 11
	case "twelve":
		return 12
	}
	return number(w)
}

// namesTime tells whether a word is one of those without which there is no
// date: what else dates are made of only goes with them.
func namesTime(w string) bool {
	if w != "" && '0' <= w[0] && w[0] <= '9' {
		return true
	}
	_, isMonth := month(w)
	_, isWeekday := weekday(w)
	_, isSeason := firstMonth(w)
	_, isDay := daysFromToday(w)
	_, isUnit := unitOf(w)
	return isMonth || isWeekday || isSeason || isDay || isUnit || dayPart(w) || w == "weekend"
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
	n := 0
	for i := range len(w) {
		if w[i] < '0' || w[i] > '9' {
			return 0
		}
		n = 10*n + int(w[i]-'0')
	}
	return n
}
