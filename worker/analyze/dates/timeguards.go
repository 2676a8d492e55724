package dates

// namesTime tells whether a word is one of those without which there is no
// date: what else dates are made of only goes with them. Every word of every query
// goes through it, so it is one switch, of all that the words of dates have.
func namesTime(w string) bool {
	switch w {
	case "january", "jan", "february", "feb", "march", "mar", "april", "apr", "may", "june", "jun", "july", "jul",
		"august", "aug", "september", "sep", "sept", "october", "oct", "november", "nov", "december", "dec",
		"sunday", "monday", "mon", "tuesday", "tue", "tues", "wednesday", "thursday", "thu", "thur", "thurs", "friday", "fri", "saturday",
		"sundays", "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", // "two Fridays ago"
		"spring", "summer", "autumn", "fall", "winter", "springs", "summers", "autumns", "falls", "winters",
		"yesterday", "today", "tonight", "tomorrow",
		"day", "days", "week", "weeks", "fortnight", "fortnights", "month", "months", "quarter", "quarters", "year", "years",
		"night", "evening", "morning", "afternoon", "nights", "evenings", "mornings", "afternoons",
		"weekend", "weekends", "q1", "q2", "q3", "q4",
		"christmas", "christmases", "xmas", "halloween", "halloweens": // and "new year's eve" has a year
		return true
	}
	return beginsWithDigit(w)
}

// leadsToTime tells whether a date may begin with a word that names no time, before
// the next. It is one switch, since most words of a query go through it for nothing.
func leadsToTime(w, next string) bool {
	switch w {
	case "between", "from", "since", "after", "before", "until", "till", "by", "starting",
		"last", "past", "previous", "this", "next", "coming",
		"beginning", "start", "middle", "end", "early", "mid", "late", "first", "second", "third", "fourth",
		"fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth",
		"fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "thirtieth",
		"one", "two", "couple", "three", "few", "four", "several", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
		"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "ninety",
		"half", "new":
		return true
	case "up", "prior":
		return next == "to"
	case "no", "not":
		return next == "later"
	case "same":
		return next == "time" || namesTime(next)
	case "a", "an", "some":
		return next == "few" || next == "couple" || next == "of" || next == "and" || namesTime(next)
	}
	return false
}

// opens tells whether a word makes of a date all that lies before or after it.
func opens(w string) bool {
	switch w {
	case "since", "after", "before", "until", "till", "by":
		return true
	}
	return false
}

// joins tells whether a word stands between the two ends of a range.
func joins(w string) bool { return w == "to" || w == "until" || w == "till" || w == "through" }

// ambiguousMonth tells whether a month's name is another word too.
func ambiguousMonth(w string) bool { return w == "may" || w == "march" || w == "mar" || w == "jan" }

// mayBeNoMonth tells whether a month's name may be something else behind a word: "may",
// and whoever is called June in "did June call?".
func mayBeNoMonth(w, before string) bool {
	switch before {
	case "did", "does", "has":
		return ambiguousMonth(w) || w == "april" || w == "june" || w == "august"
	}
	return ambiguousMonth(w)
}

func introducesMonth(w string) bool {
	switch w {
	case "between", "in", "on", "of", "by", "during", "since", "starting", "until", "till", "before", "after", "from", "to", "last", "next", "this", "early", "late", "mid", "the":
		return true
	}
	return false
}
