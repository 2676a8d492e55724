package dates

import (
	"slices"
	"strings"
	"time"

	"github.com/context-manager/context-manager/worker/assemble"
)

// A reader of dates walks the words of a query and finds the days, months and
// ranges that they name. This one understands English; a tongueReader and an
// eastReader understand others; years and ISO dates all do. Seasons are those
// of the northern hemisphere.
// A date without a year is the latest one that is not in the future. It is
// better to leave a phrase that cannot be read than to read half of it.
// What reads a date that holds another reads none that holds a third, so the
// work grows with the words and no faster.
type dateReader struct {
	words []string
	at    int
	now   time.Time
	today time.Time

	between bool // "and" goes before the end of a range
}

// A Form is how dates are said in a language. The zero Form is English.
type Form struct {
	calendar *calendar // the words of dates, nil where they are read otherwise
	east     bool      // dates are written with signs for year, month and day
}

// Of is the form of a language, by its ISO 639-1 code: English where it is not known.
func Of(code string) Form {
	if t, ok := tongues()[code]; ok {
		return Form{calendar: newCalendar(t)}
	}
	return Form{east: code == "zh" || code == "ja" || code == "ko"}
}

// Find returns the ranges that lower-case words name, and marks the words that
// do. Now is what "yesterday" is relative to, and its location is where days begin.
func (f Form) Find(words []string, now time.Time, marked []bool) []assemble.Span {
	y, m, d := now.Date()
	r := dateReader{words: words, now: now, today: time.Date(y, m, d, 0, 0, 0, 0, now.Location())}
	switch {
	case f.calendar != nil:
		t := newTongueReader(r, f.calendar)
		if !t.namesTime() {
			return nil
		}
		return t.all(marked, t.expression)
	case f.east:
		e := eastReader{r}
		return e.all(marked, e.expression)
	case slices.ContainsFunc(words, namesTime):
		return r.all(marked, r.begun)
	default:
		return nil // as most queries have none: in a fifth of the time
	}
}

// all reads one expression after the other.
func (r *dateReader) all(marked []bool, expression func() (period, bool)) []assemble.Span {
	var spans []assemble.Span
	var before period
	end := 0 // of what was read before
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
		if len(spans) > 0 && start-end <= wordsBetween {
			spans[len(spans)-1] = before.sharing(p).span()
		}
		spans = append(spans, p.span())
		before, end = p, r.at
	}
	return spans
}

// wordsBetween is how many words are between dates that share a year: "or in".
const wordsBetween = 2

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

func (r *dateReader) day(t time.Time) period { return period{from: t, to: t.AddDate(0, 0, 1)} }

// iso reads 2023-05-17, which words are cut into three numbers, and the day of
// 2023-05-17T10:00:00Z.
func (r *dateReader) iso() (period, bool) {
	day, _, _ := strings.Cut(r.word(2), "t")
	y, m, d := number(r.word(0)), number(r.word(1)), number(day)
	if !isYear(y) || len(r.word(1)) != 2 || len(day) != 2 || m < 1 || m > 12 || d < 1 || d > 31 {
		return period{}, false
	}
	r.at += 3
	return r.day(r.on(y, time.Month(m), d)), true
}

// year reads "2021", "2020-2022".
func (r *dateReader) year() (period, bool) {
	y := number(r.word(0))
	if !isYear(y) {
		return period{}, false
	}
	r.at++
	p := r.yearOf(y)
	if last := number(r.word(0)); isYear(last) && last > y {
		r.at++
		p.to = r.yearOf(last).to
	}
	return p, true
}

func (r *dateReader) yearOf(y int) period {
	from := r.on(y, time.January, 1)
	return period{from: from, to: from.AddDate(1, 0, 0)}
}

// yearly is what begins on a day of a month and lasts for some months and days.
func (r *dateReader) yearly(m time.Month, d, months, days int) period {
	from := r.on(r.now.Year(), m, d)
	return period{from, from.AddDate(0, months, days), unit{months: 12}}.latest(r.now)
}

func (r *dateReader) month(m time.Month) period { return r.yearly(m, 1, 1, 0) }

// weekly is what begins on a day of the week and lasts for some days.
func (r *dateReader) weekly(day time.Weekday, days int) period {
	from := r.today.AddDate(0, 0, -(int(r.today.Weekday())-int(day)+7)%7)
	return period{from, from.AddDate(0, 0, days), week()}
}

func (r *dateReader) on(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, r.now.Location())
}

// IsYear tells whether a word is a year that a date may have.
func IsYear(word string) bool { return isYear(number(word)) }

func isYear(n int) bool { return n >= 1900 && n < 2100 }
