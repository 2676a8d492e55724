package dates

import (
	"github.com/context-manager/context-manager/worker/analyze/fold"
	"github.com/context-manager/context-manager/worker/assemble"
)

// A european reads the dates of a language by its vocabulary: the order of the
// words differs from language to language, so it takes any that makes sense.
type european struct {
	reader
	vocabulary *vocabulary
	meant      []meantWord // by word
	nothing    meaning
	opened     bool // what stands before the date makes of it all that lies before or after it
}

// A meantWord is a word without accents, and what it may mean, or nil.
type meantWord struct {
	folded  string
	meaning *meaning
}

func newEuropean(r reader, v *vocabulary) european {
	meant := make([]meantWord, len(r.words))
	for i, w := range r.words {
		meant[i].folded = fold.Accents(w)
		meant[i].meaning = v.meanings[meant[i].folded]
	}
	return european{reader: r, vocabulary: v, meant: meant}
}

// find reads all there is, if a word names a time.
func (r *european) find(marked []bool) []assemble.Span {
	if !r.namesTime() {
		return nil
	}
	return r.all(marked, r.expression)
}

// namesTime tells whether there is a word without which there is no date.
func (r *european) namesTime() bool {
	for i, w := range r.words {
		if m := r.meant[i].meaning; m != nil && m.is(namingWord) || beginsWithDigit(w) {
			return true
		}
	}
	return false
}

// mean is what the word n places on may mean.
func (r *european) mean(n int) *meaning {
	if i := r.at + n; i >= 0 && i < len(r.meant) && r.meant[i].meaning != nil {
		return r.meant[i].meaning
	}
	return &r.nothing
}

// is tells whether the word n places on is of one of some kinds.
func (r *european) is(n int, kinds wordKind) bool { return r.mean(n).is(kinds) }

// says tells whether the word n places on is the one given.
func (r *european) says(n int, folded string) bool {
	return r.at+n < len(r.meant) && r.meant[r.at+n].folded == folded
}

// pass passes over fillers.
func (r *european) pass() {
	for r.is(0, fillerWord) {
		r.at++
	}
}

// expression reads dates with what may stand before them.
func (r *european) expression() (period, bool) {
	start := r.at
	if r.is(0, fromWord) {
		if p, ok := r.ranged(); ok {
			return p, true
		}
		r.at = start
	}
	if p, ok := r.single(); ok {
		p, _ = r.through(p, r.joins, r.end)
		return p, true
	}
	if p, ok := r.open(); ok {
		return p, true
	}
	r.at = start
	return period{}, false
}

// ranged reads "zwischen A und B", "du A au B", "dal 3 al 5 maggio".
func (r *european) ranged() (period, bool) {
	r.at++
	r.pass()
	days := r.dayHere() > 0
	a, ok := r.single()
	if !ok {
		return period{}, false
	}
	if n := a.days(); days && 1 < n && n < 28 {
		return a, true // from a day to a day of one month
	}
	return r.through(a, r.joinsBoth, r.end)
}

// joins passes over what stands between the two ends of a range: "bis", "tot en met".
func (r *european) joins() bool { return r.is(0, toWord) && r.joinsBoth() }

// joinsBoth takes "und" as well, after "zwischen".
func (r *european) joinsBoth() bool {
	start := r.at
	for r.is(0, toWord|andWord) {
		r.at++
	}
	return r.at > start
}

// end reads the end of a range.
func (r *european) end() (period, bool) {
	r.pass()
	return r.single()
}

// open reads "seit Montag", "après le 3 mai", "hasta el viernes".
func (r *european) open() (period, bool) {
	first := r.mean(0)
	_, since := r.phrase(r.vocabulary.since)
	_, until := r.phrase(r.vocabulary.until)
	if !since && !until {
		if !first.is(sinceWord|afterWord|beforeWord|untilWord) || r.word(0) == "des" { // which is not dès
			return period{}, false
		}
		r.at++
	}
	if p, ok := r.lasting(); ok && first.is(lastingWord) {
		return p, true
	}
	r.pass()
	if r.is(0, untilWord) { // "bis spätestens am"
		r.at++
		r.pass()
	}
	r.opened = true
	p, ok := r.single()
	r.opened = false
	switch {
	case !ok:
		return period{}, false
	case since, first.is(sinceWord):
		return r.onward(p.from), true
	case first.is(afterWord):
		return r.onward(p.to), true
	case first.is(beforeWord):
		return r.upTo(p, false), true
	default:
		return r.upTo(p, true), true
	}
}

// single reads a date, or a part of one, or what lies beside it, where one may
// begin, which few words do.
func (r *european) single() (period, bool) {
	if !r.is(0, firstWord) && !beginsWithDigit(r.word(0)) {
		return period{}, false
	}
	return r.firstOf(r.thirdOf, r.beside, r.date)
}

// date reads one date, and another that it is part of: "März letzten Jahres",
// "l'année dernière en mars".
func (r *european) date() (period, bool) {
	year := isYear(number(r.word(0))) // in "2021 a marzo" it is the beginning of a range
	p, ok := r.simple()
	if !ok || year {
		return p, ok
	}
	if exact, ok := r.unitsAgo(p); ok {
		return exact, true
	}
	if later, ok := r.unitsAhead(p); ok {
		return later, true
	}
	return r.narrowed(p, func(period) { r.pass() }, r.simple), true
}

// simple reads a date that is made of no other.
func (r *european) simple() (period, bool) {
	return r.firstOf(
		r.iso, r.dayFirst, r.dotted, r.stroked, r.namedDay, r.agoBefore, r.agoAfter, r.lastOfMonth,
		r.lastWeekdayOf, r.lastFew, r.relative, r.recurring, r.year,
	)
}
