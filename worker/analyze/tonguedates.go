package analyze

import "time"

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
		meant[i].folded = fold(w)
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

// expression reads a date with what may stand before it.
func (r *tongueReader) expression() (period, bool) {
	start, first := r.at, r.mean(0)
	if first.from {
		if p, ok := r.pair(); ok {
			return p, true
		}
		r.at = start
	}
	if p, ok := r.date(); ok {
		return p, true
	}
	if !first.since && !first.until {
		return period{}, false
	}
	r.at++
	r.pass()
	p, ok := r.date()
	switch {
	case !ok:
		return period{}, false
	case first.since:
		return period{p.from, r.today.AddDate(100, 0, 0)}, true
	default:
		return period{time.UnixMilli(0), p.from}, true
	}
}

// pair reads "zwischen A und B", "du A au B".
func (r *tongueReader) pair() (period, bool) {
	r.at++
	r.pass()
	a, ok := r.date()
	if !ok || !r.mean(0).to {
		return period{}, false
	}
	r.at++
	r.pass()
	b, ok := r.date()
	if !ok || !b.to.After(a.from) {
		return period{}, false
	}
	return period{a.from, b.to}, true
}

// date reads one date or range.
func (r *tongueReader) date() (period, bool) {
	start := r.at
	for _, read := range [...]func(*tongueReader) (period, bool){
		func(r *tongueReader) (period, bool) { return r.iso() },
		(*tongueReader).dayOfMonth, (*tongueReader).month, (*tongueReader).agoBefore, (*tongueReader).agoAfter,
		(*tongueReader).lastFew, (*tongueReader).relative, (*tongueReader).season, (*tongueReader).weekday, (*tongueReader).namedDay,
		func(r *tongueReader) (period, bool) { return r.year() },
	} {
		r.at = start
		if p, ok := read(r); ok {
			return p, true
		}
	}
	r.at = start
	return period{}, false
}

// dayOfMonth reads "3. Mai 2023", "le 1er mai", "3 de mayo de 2023".
func (r *tongueReader) dayOfMonth() (period, bool) {
	d := dayNumber(r.word(0))
	if d == 0 {
		return period{}, false
	}
	r.at++
	r.pass()
	m := r.mean(0).month
	if m == 0 {
		return period{}, false
	}
	r.at++
	return r.day(r.on(r.yearOf(time.Month(m), d), time.Month(m), d)), true
}

// month reads "März 2023", "mayo de 2023", "im Mai", "mars dernier".
func (r *tongueReader) month() (period, bool) {
	m := time.Month(r.mean(0).month)
	if m == 0 {
		return period{}, false
	}
	r.at++
	if r.mean(0).isStep && r.mean(0).step < 0 {
		r.at++
	}
	from := r.on(r.yearOf(m, 1), m, 1)
	return period{from, from.AddDate(0, 1, 0)}, true
}

// season reads "im Sommer", "l'été dernier", "en verano de 2022".
func (r *tongueReader) season() (period, bool) {
	known := r.mean(0).isStep || r.mean(-1).within
	if r.mean(0).isStep {
		r.at++
	}
	s := r.mean(0).season
	if s == 0 {
		return period{}, false
	}
	r.at++
	if r.mean(0).isStep {
		known = true
		r.at++
	}
	before, m := r.at, time.Month(3*s)
	from := r.on(r.yearOf(m, 1), m, 1)
	if !known && r.at == before {
		return period{}, false
	}
	return period{from, from.AddDate(0, 3, 0)}, true
}

// yearOf reads the year of a date, or finds the latest that is not in the future.
func (r *tongueReader) yearOf(m time.Month, d int) int {
	start := r.at
	r.pass()
	if y := number(r.word(0)); isYear(y) {
		r.at++
		return y
	}
	r.at = start
	y := r.now.Year()
	if r.on(y, m, d).After(r.now) {
		y--
	}
	return y
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
