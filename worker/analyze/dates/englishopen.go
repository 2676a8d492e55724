package dates

import "slices"

// begin passes over what makes a range of the date after it, and gives the plain
// word for it: "since" of "starting in", "until" of "by" and "no
// later than". "" if there is none.
func (r *english) begin() string {
	w, words := r.word(0), 1
	switch {
	case w == "prior" && r.word(1) == "to":
		w, words = "before", 2
	case (w == "no" || w == "not") && r.word(1) == "later" && r.word(2) == "than":
		w, words = "until", 3
	case w == "up" && r.word(1) == "to":
		w, words = "until", 2
	case w == "starting":
		w = "since"
		if next := r.word(1); next == "in" || next == "on" || next == "from" {
			words = 2
		}
	case w == "by":
		w = "until"
	case !opens(w) && w != "between" && w != "from":
		return ""
	}
	r.at += words
	r.take("the")
	return w
}

// onwards passes over what may follow a date and opens it: "March onwards",
// "from May 3 on". "From March on" may go on: "notes from March on the budget".
func (r *english) onwards() bool {
	return r.take("onwards") || r.take("onward") || r.take("forward") ||
		r.opening == "from" && r.word(1) == "" && r.take("on")
}

// open is what lies before or after a period, all of it or the week beside it.
// "Until Friday" has the Friday.
func (r *english) open(p period, near bool) period {
	switch w := r.opening; {
	case w == "since":
		return r.onward(p.from)
	case w == "after" && near:
		return week().beside(p, true)
	case w == "after":
		return r.onward(p.to)
	case w == "before" && near:
		return week().beside(p, false)
	case w == "before":
		return r.upTo(p, false)
	default:
		return r.upTo(p, true)
	}
}

// closely tells whether "before" or "after" at i is "shortly before", "just after".
func closely(words []string, i int) bool {
	return i > 0 && slices.Contains([]string{"shortly", "just", "right", "soon", "immediately"}, words[i-1])
}
