package dates

import (
	"time"

	"github.com/context-manager/context-manager/worker/assemble"
)

// A reader walks the words of a query. What all languages have in common reads
// by it: dates in figures, and how dates make ranges and narrow each other.
// A reading passes over the words that it reads. Where it fails the words that
// it passed over are read again by the next: see firstOf.
type reader struct {
	words []string
	at    int
	now   time.Time
	today time.Time
}

// A reading reads one thing where the reader is, and tells whether it stands there.
type reading func() (period, bool)

func newReader(words []string, now time.Time) reader {
	y, m, d := now.Date()
	return reader{words: words, now: now, today: time.Date(y, m, d, 0, 0, 0, 0, now.Location())}
}

// all reads one expression after the other.
func (r *reader) all(marked []bool, expression reading) []assemble.Span {
	var spans []assemble.Span
	row := make([]period, 0, 4) // of dates side by side, the latest spans
	end := 0                    // of the last of them
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
		if start-end > wordsBetween {
			row = row[:0]
		}
		if last := len(row) - 1; last >= 0 {
			if both, ok := row[last].closed(p); ok {
				spans, row, p = spans[:len(spans)-1], row[:last], both
			}
		}
		for i, q := range row {
			row[i] = q.sharing(p)
			spans[len(spans)-len(row)+i] = row[i].span()
		}
		row, spans = append(row, p), append(spans, p.span())
		end = r.at
	}
	return spans
}

// wordsBetween is how many words are at most between dates that say something of
// each other: "or in".
const wordsBetween = 2

// word returns the word n places on, or "".
func (r *reader) word(n int) string {
	if i := r.at + n; i >= 0 && i < len(r.words) {
		return r.words[i]
	}
	return ""
}

// take passes over a word if it is the one given.
func (r *reader) take(w string) bool {
	if r.word(0) != w {
		return false
	}
	r.at++
	return true
}

// firstOf is what the first reading reads that can, each from the same place.
func (r *reader) firstOf(readings ...reading) (period, bool) {
	start := r.at
	for _, read := range readings {
		r.at = start
		if p, ok := read(); ok {
			return p, true
		}
	}
	r.at = start
	return period{}, false
}

// through reads the end of a range that begins with a: what joins the two, and
// a date. What is no range stays a date.
func (r *reader) through(a period, joint func() bool, date reading) (period, bool) {
	start := r.at
	if joint() {
		if b, ok := date(); ok {
			if both, ok := a.through(b); ok {
				return both, true
			}
		}
	}
	r.at = start
	return a, false
}

// narrowed reads more dates beside one that it names a day or a month with:
// "March last year", "Monday, May 3". What stands between is passed over.
func (r *reader) narrowed(p period, pass func(p period), date reading) period {
	for parts := 0; parts < mostParts && r.at < len(r.words); parts++ {
		start := r.at
		pass(p)
		q, ok := date()
		if ok {
			q, ok = p.narrowed(q)
		}
		if !ok {
			r.at = start
			return p
		}
		p = q
	}
	return p
}

// mostParts is how many more dates may name one together: "Monday, May 3, 2021".
const mostParts = 2

// exactly reads what makes a time some units ago exact: "two weeks ago on Friday",
// "il y a trois ans en mai", "a year ago today". What stands between is passed over.
func (r *reader) exactly(u unit, n int, pass func(), date reading) period {
	start := r.at
	pass()
	if p, ok := date(); ok {
		if exact, ok := r.shifted(p, u, -n); ok {
			return exact
		}
	}
	r.at = start
	return r.away(u, -n)
}
