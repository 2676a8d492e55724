package dates

import "strings"

// namesTime tells whether a word is one of those without which there is no
// date: what else dates are made of only goes with them.
func namesTime(w string) bool {
	if beginsWithDigit(w) {
		return true
	}
	_, isMonth := month(w)
	_, isWeekday := weekday(strings.TrimSuffix(w, "s")) // "two Fridays ago"
	_, isSeason := firstMonth(w)
	_, isDay := daysFromToday(w)
	_, isUnit := unitOf(w)
	return isMonth || isWeekday || isSeason || isDay || isUnit || dayPart(w) || w == "weekend" ||
		w == "christmas" || w == "xmas" || w == "halloween" // and "new year's eve" has a year
}

// leadsToTime tells whether a date may begin with a word that names no time.
// It is one switch, since most words of a query go through it for nothing.
func leadsToTime(w string) bool {
	switch w {
	case "between", "from", "since", "after", "before", "until", "till",
		"last", "past", "previous", "this", "next", "coming",
		"beginning", "start", "middle", "end", "early", "mid", "late", "first", "second", "third", "fourth",
		"a", "an", "one", "two", "couple", "three", "few", "four", "several", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
		"half", "new":
		return true
	}
	return false
}

// opens tells whether a word makes of a date all that lies before or after it.
func opens(w string) bool {
	switch w {
	case "since", "after", "before", "until", "till":
		return true
	}
	return false
}

// joins tells whether a word stands between the two ends of a range.
func joins(w string) bool { return w == "to" || w == "until" || w == "till" || w == "through" }

// ambiguousMonth tells whether a month's name is another word too.
func ambiguousMonth(w string) bool { return w == "may" || w == "march" || w == "mar" || w == "jan" }

func introducesMonth(w string) bool {
	switch w {
	case "between", "in", "on", "of", "by", "during", "since", "until", "till", "before", "after", "from", "to", "last", "next", "this", "early", "late", "mid", "the":
		return true
	}
	return false
}
