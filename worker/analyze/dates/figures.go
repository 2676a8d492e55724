package dates

import (
	"strings"
	"time"
)

// iso reads 2023-05-17, which words are cut into three numbers, and the day of
// 2023-05-17T10:00:00Z.
func (r *reader) iso() (period, bool) {
	day, _, _ := strings.Cut(r.word(2), "t")
	if len(r.word(1)) != 2 || len(day) != 2 {
		return period{}, false
	}
	return r.figures(number(r.word(0)), number(r.word(1)), number(day), 3)
}

// dayFirst reads "17.05.2023", which is one word, and "17/05/2023", which is
// three: the day comes first.
func (r *reader) dayFirst() (period, bool) {
	day, month, year, words := r.threeNumbers()
	return r.figures(year, month, day, words)
}

// eitherFirst reads "17.05.2023", and "5/17/2023" or "17/5/2023": with strokes
// some put the month first and some the day, so of what may be either the year
// alone is read, which is sure.
func (r *reader) eitherFirst() (period, bool) {
	first, second, year, words := r.threeNumbers()
	switch {
	case words == 1, first > 12, first == second:
		return r.figures(year, second, first, words)
	case second > 12:
		return r.figures(year, first, second, words)
	}
	return period{}, false
}

// threeNumbers gives the three numbers of a date, and how many words they are.
func (r *reader) threeNumbers() (first, second, year, words int) {
	a, b, c, words := r.word(0), r.word(1), r.word(2), 3
	if strings.Count(a, ".") == 2 {
		a, b, _ = strings.Cut(a, ".")
		b, c, _ = strings.Cut(b, ".")
		words = 1
	}
	return number(a), number(b), number(c), words
}

// figures is the day that three numbers name, if they name one, which are some words.
func (r *reader) figures(year, month, day, words int) (period, bool) {
	if !isYear(year) || month < 1 || month > 12 || day < 1 || day > 31 {
		return period{}, false
	}
	r.at += words
	return r.day(r.on(year, time.Month(month), day)), true
}

// strokes reads "17/5" and "17/5/23" of a day and a month, of which the words are
// numbers like any others: so where one may stand is for a language to know.
func (r *reader) strokes(day, month int) (period, bool) {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return period{}, false
	}
	if year := r.word(2); len(year) == 2 && number(year) > 0 {
		return r.figures(r.century(number(year)), month, day, 3)
	}
	r.at += 2
	return r.yearly(time.Month(month), day, 0, 1), true
}

// century is the year that two figures name: of this century, unless that is more
// than ten years ahead.
func (r *reader) century(figures int) int {
	if year := 2000 + figures; year <= r.today.Year()+10 {
		return year
	}
	return 1900 + figures
}

// year reads "2021", "2020-2022".
func (r *reader) year() (period, bool) {
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

func isYear(n int) bool { return n >= 1900 && n < 2100 }

// number reads a number of at most four digits. 0 if it is none.
func number(w string) int {
	if len(w) > 4 {
		return 0
	}
	n := 0
	for i := range len(w) {
		if w[i] < '0' || w[i] > '9' {
			return 0
		}
		n = 10*n + int(w[i]-'0')
	}
	return n
}

// isFigures tells whether a word is a number of any size.
func isFigures(w string) bool { return w != "" && strings.Trim(w, "0123456789") == "" }

func beginsWithDigit(w string) bool { return w != "" && '0' <= w[0] && w[0] <= '9' }
