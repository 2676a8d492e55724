package analyze

import (
	"slices"
	"time"

	"github.com/context-manager/context-manager/worker/assemble"
)

// A reader of dates walks the words of a query and finds the days, months and
// ranges that they name. This one understands English; a tongueReader and an
// eastReader understand others; years and ISO dates all do. Seasons are those
// of the northern hemisphere.
// A date without a year is the latest one that is not in the future.
type dateReader struct {
	words []string
	at    int
	now   time.Time
	today time.Time
}

// A period is a range of days: from inclusive, to exclusive.
type period struct{ from, to time.Time }

func (p period) span() assemble.Span {
	return assemble.Span{From: p.from.UnixMilli(), To: p.to.UnixMilli()}
}

// findDates returns the ranges that words name, and marks the words that do.
// l is the lexicon of the words' language.
func findDates(l *lexicon, words []string, now time.Time, marked []bool) []assemble.Span {
	y, m, d := now.Date()
	r := dateReader{words: words, now: now, today: time.Date(y, m, d, 0, 0, 0, 0, now.Location())}
	switch {
	case l.calendar != nil:
		t := newTongueReader(r, l.calendar)
		return t.all(marked, t.expression)
	case l.east:
		e := eastReader{r}
		return e.all(marked, e.date)
	case slices.ContainsFunc(words, namesTime):
		return r.all(marked, r.expression)
	default:
		return nil // as most queries have none: in a fifth of the time
	}
}

// all reads one expression after the other.
func (r *dateReader) all(marked []bool, expression func() (period, bool)) []assemble.Span {
	var spans []assemble.Span
	for r.at < len(r.words) {
		start := r.at
		p, ok := expression()
		if !ok {
			r.at = start + 1
			continue
		}
		for i := start; i < r.at; i++ {
			marked[i] = true
		}
		spans = append(spans, p.span())
	}
	return spans
}

// expression reads a date with what may stand before it.
func (r *dateReader) expression() (period, bool) {
	start := r.at
	switch {
	case r.take("between") || r.take("from"):
		if p, ok := r.pair(); ok {
			return p, true
		}
	case r.take("since") || r.take("after"):
		if p, ok := r.date(); ok {
			return period{p.from, r.today.AddDate(100, 0, 0)}, true
		}
	case r.take("before") || r.take("until") || r.take("till"):
		if p, ok := r.date(); ok {
			return period{time.UnixMilli(0), p.from}, true
		}
	}
	r.at = start
	return r.date()
}

// pair reads "A and B", "A to B".
func (r *dateReader) pair() (period, bool) {
	a, ok := r.date()
	if !ok || !(r.take("and") || r.take("to") || r.take("until") || r.take("till") || r.take("through")) {
		return period{}, false
	}
	b, ok := r.date()
	if !ok || !b.to.After(a.from) {
		return period{}, false
	}
	return period{a.from, b.to}, true
}

// date reads one date or range.
func (r *dateReader) date() (period, bool) {
	start := r.at
	for _, read := range [...]func(*dateReader) (period, bool){
		(*dateReader).iso, (*dateReader).monthFirst, (*dateReader).dayFirst, (*dateReader).season,
		(*dateReader).ago, (*dateReader).lastFew, (*dateReader).relative, (*dateReader).weekday, (*dateReader).namedDay, (*dateReader).year,
	} {
		r.at = start
		if p, ok := read(r); ok {
			return p, true
		}
	}
	r.at = start
	return period{}, false
}

// word returns the word n places on, or "".
func (r *dateReader) word(n int) string {
	if i := r.at + n; i >= 0 && i < len(r.words) {
		return r.words[i]
	}
	return ""
}

// take passes over a word if it is the one given.
func (r *dateReader) take(w string) bool {
	if r.word(0) != w {
		return false
	}
	r.at++
	return true
}

func (r *dateReader) day(t time.Time) period { return period{t, t.AddDate(0, 0, 1)} }

// iso reads 2023-05-17, which words are cut into three numbers.
func (r *dateReader) iso() (period, bool) {
	y, m, d := number(r.word(0)), number(r.word(1)), number(r.word(2))
	if !isYear(y) || len(r.word(1)) != 2 || len(r.word(2)) != 2 || m < 1 || m > 12 || d < 1 || d > 31 {
		return period{}, false
	}
	r.at += 3
	return r.day(r.on(y, time.Month(m), d)), true
}

// year reads a year that stands alone.
func (r *dateReader) year() (period, bool) {
	y := number(r.word(0))
	if !isYear(y) {
		return period{}, false
	}
	r.at++
	from := r.on(y, time.January, 1)
	return period{from, from.AddDate(1, 0, 0)}, true
}

// optionalYear reads the year of a date, or finds the latest that is not in the future.
func (r *dateReader) optionalYear(m time.Month, d int) int {
	r.take("of")
	if y := number(r.word(0)); isYear(y) {
		r.at++
		return y
	}
	if r.word(-1) == "of" {
		r.at--
	}
	y := r.now.Year()
	if r.on(y, m, d).After(r.now) {
		y--
	}
	return y
}

func (r *dateReader) on(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, r.now.Location())
}

func isYear(n int) bool { return n >= 1900 && n < 2100 }
