package dates

// lastFew reads "the last two weeks", "in the past three months".
func (r *english) lastFew() (period, bool) {
	if !r.take("last") && !r.take("past") && !r.take("previous") {
		return period{}, false
	}
	n, u, ok := r.amount()
	if !ok || r.word(0) == "of" {
		return period{}, false
	}
	return r.untilToday(u, n), true
}

// amount reads "two weeks", "a few days", "a couple of months", "half a year",
// "a year and a half", "two and a half years".
func (r *english) amount() (int, unit, bool) {
	half := r.take("half")
	n := r.count()
	if n == 0 {
		return 0, unit{}, false
	}
	more := r.andAHalf()
	u, ok := unitOf(r.word(0))
	r.at++
	switch {
	case half:
		u = u.half()
	case more, r.andAHalf():
		n, u = 2*n+1, u.half()
	case r.word(0) == "or" && quantity(r.word(1)) > n && r.word(2) == "ago": // "a week or two ago"
		n = quantity(r.word(1))
		r.at += 2
	}
	return n, u, ok && u != unit{}
}

// count reads how many: "two", "14", "a few", "a couple of", "twenty-five". 0 if it is none.
func (r *english) count() int {
	n := quantity(r.word(0))
	if n <= 0 || n > 1000 {
		return 0
	}
	tens := n%10 == 0 && n > 10 && !beginsWithDigit(r.word(0))
	r.at++
	switch more := quantity(r.word(0)); {
	case tens && 0 < more && more < 10 && !beginsWithDigit(r.word(0)):
		n += more
		r.at++
	case r.take("few"):
		n = aFew
	case r.take("couple"):
		n = 2
	}
	r.take("of")
	return n
}

// andAHalf passes over "and a half".
func (r *english) andAHalf() bool {
	if r.word(0) != "and" || r.word(1) != "a" || r.word(2) != "half" {
		return false
	}
	r.at += 3
	return true
}
