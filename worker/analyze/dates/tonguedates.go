package dates

import "github.com/context-manager/context-manager/worker/analyze/fold"

// A tongueReader reads dates by a calendar: the order of the words differs
// from language to language, so it takes any that makes sense.
type tongueReader struct {
	dateReader
	calendar *calendar
	meant    []meantWord // by word
	nothing  dateWord
}

// A meantWord is a word as calendars have it, and what it may mean, or nil.
type meantWord struct {
	folded  string
	meaning *dateWord
}

func newTongueReader(r dateReader, c *calendar) tongueReader {
	meant := make([]meantWord, len(r.words))
	for i, w := range r.words {
		meant[i].folded = fold.Accents(w)
		meant[i].meaning = c.meanings[meant[i].folded]
	}
	return tongueReader{dateReader: r, calendar: c, meant: meant}
}

// mean is what the word n places on may mean.
func (r *tongueReader) mean(n int) *dateWord {
	if i := r.at + n; i >= 0 && i < len(r.meant) && r.meant[i].meaning != nil {
		return r.meant[i].meaning
	}
	return &r.nothing
}

// is tells whether a word n places on is the one given.
func (r *tongueReader) is(n int, folded string) bool {
	return r.at+n < len(r.meant) && r.meant[r.at+n].folded == folded
}

// pass passes over fillers.
func (r *tongueReader) pass() {
	for r.mean(0).filler {
		r.at++
	}
}

// namesTime tells whether there is a word without which there is no date.
func (r *tongueReader) namesTime() bool {
	for i, w := range r.words {
		if m := r.meant[i].meaning; m != nil && m.names || beginsWithDigit(w) {
			return true
		}
	}
	return false
}

// expression reads dates with what may stand before them.
func (r *tongueReader) expression() (period, bool) {
	start := r.at
	if r.mean(0).from {
		if p, ok := r.ranged(); ok {
			return p, true
		}
		r.at = start
	}
	if p, ok := r.single(); ok {
		p, _ = r.through(p, false)
		return p, true
	}
	if p, ok := r.open(); ok {
		return p, true
	}
	r.at = start
	return period{}, false
}

// open reads "seit Montag", "après le 3 mai", "hasta el viernes".
func (r *tongueReader) open() (period, bool) {
	first := r.mean(0)
	if !first.since && !first.after && !first.before && !first.until {
		return period{}, false
	}
	r.at++
	r.pass()
	p, ok := r.single()
	switch {
	case !ok:
		return period{}, false
	case first.since:
		return r.onward(p.from), true
	case first.after:
		return r.onward(p.to), true
	case first.before:
		return upTo(p.from), true
	default:
		return upTo(p.to), true
	}
}

// ranged reads "zwischen A und B", "du A au B", "dal 3 al 5 maggio".
func (r *tongueReader) ranged() (period, bool) {
	r.at++
	r.pass()
	days := dayNumber(r.word(0)) > 0
	a, ok := r.single()
	if n := a.days(); ok && days && 1 < n && n < 28 {
		return a, true // from a day to a day of one month
	}
	if !ok {
		return period{}, false
	}
	return r.through(a, true)
}

// through reads the end of a range: "bis B", and "und B" after "zwischen A".
// What is no range stays a date.
func (r *tongueReader) through(a period, and bool) (period, bool) {
	start := r.at
	if !r.mean(0).to && !(and && r.mean(0).and) {
		return a, false
	}
	for r.mean(0).to || r.mean(0).and { // "tot en met"
		r.at++
	}
	r.pass()
	b, ok := r.single()
	return r.ended(start, a, b, ok)
}

// single reads a date, or a part of one, or what lies beside it, where one may
// begin, which few words do.
func (r *tongueReader) single() (period, bool) {
	if !r.mean(0).begins && !beginsWithDigit(r.word(0)) {
		return period{}, false
	}
	return firstOf(r, &r.at, (*tongueReader).thirdOf, (*tongueReader).beside, (*tongueReader).date)
}

// date reads one date, and another that it is part of: "März letzten Jahres",
// "l'année dernière en mars".
func (r *tongueReader) date() (period, bool) {
	year := isYear(number(r.word(0))) // in "2021 a marzo" it is the beginning of a range
	p, ok := r.simple()
	if !ok || year {
		return p, ok
	}
	for range mostParts {
		start := r.at
		r.pass()
		q, ok := r.simple()
		inner, narrower := p.narrowed(q)
		if !ok || !narrower {
			r.at = start
			break
		}
		p = inner
	}
	return p, true
}

// simple reads a date that is made of no other.
func (r *tongueReader) simple() (period, bool) {
	return firstOf(r, &r.at,
		func(r *tongueReader) (period, bool) { return r.iso() }, func(r *tongueReader) (period, bool) { return r.numeric() },
		(*tongueReader).namedDay, (*tongueReader).agoBefore, (*tongueReader).agoAfter, (*tongueReader).lastFew,
		(*tongueReader).lastOfMonth, (*tongueReader).relative, (*tongueReader).recurring,
		func(r *tongueReader) (period, bool) { return r.year() },
	)
}
