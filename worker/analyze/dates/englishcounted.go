package dates

// year reads "2021", "2020-2022", "the year 2021", but not "2000 users" or "port 2049".
func (r *english) year() (period, bool) {
	r.take("year")
	before, beforeThat := r.word(-1), r.word(-2)
	p, ok := r.reader.year()
	if !ok || isNumbered(before) {
		return period{}, false
	}
	return p, !isCounted(r.word(0)) || leadsToYear(before, beforeThat)
}

// leadsToYear tells "in 2000 users complained" and "in the spring of 2000 users
// complained" from "2000 users" and "a team of 2000 users".
func leadsToYear(before, beforeThat string) bool {
	switch before {
	case "in", "since", "year":
		return true
	case "of":
		before = beforeThat
	}
	_, isMonth := month(before)
	_, isSeason := firstMonth(before)
	return isMonth || isSeason || ordinal(before) > 0
}

// isNumbered tells whether a word is of what has numbers, not years.
func isNumbered(w string) bool {
	switch w {
	case "room", "port", "error", "code", "line", "page", "issue", "ticket", "number", "pr":
		return true
	}
	return false
}

// isCounted tells whether a word is what is counted or measured by thousands. What
// may as well be of a year is not: goals, photos, taxes.
func isCounted(w string) bool {
	switch w {
	case "people", "persons", "users", "customers", "subscribers", "followers", "visitors", "downloads", "requests",
		"items", "entries", "rows", "lines", "words", "characters", "tokens", "pieces", "copies", "units", "points", "steps", "times",
		"dollars", "euros", "euro", "bucks", "pounds", "yen", "usd", "eur", "gbp",
		"calories", "kcal", "km", "kilometers", "kilometres", "miles", "meters", "metres", "feet", "m", "kg", "g", "mg", "grams", "ml",
		"bytes", "bits", "kb", "mb", "gb", "ms", "watts", "percent",
		"seconds", "minutes", "hours", "days", "weeks", "months", "years":
		return true
	}
	return false
}
