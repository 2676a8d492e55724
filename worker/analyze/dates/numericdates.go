package dates

import (
	"strings"
	"time"
)

// numeric reads "17.05.2023", which is one word, and "17/05/2023", which is
// three: the day comes first.
func (r *dateReader) numeric() (period, bool) {
	first, second, year, words := r.numbers()
	return r.numericDay(first, second, year, words)
}

// numericEnglish reads "17.05.2023", and "5/17/2023" or "17/5/2023": with
// strokes some put the month first and some the day, so what may be either is not read.
func (r *dateReader) numericEnglish() (period, bool) {
	first, second, year, words := r.numbers()
	switch {
	case words == 1, first > 12, first == second:
		return r.numericDay(first, second, year, words)
	case second > 12:
		return r.numericDay(second, first, year, words)
	}
	return period{}, false
}

// numbers gives the three numbers of a date, and how many words they are.
func (r *dateReader) numbers() (first, second, year, words int) {
	a, b, c, words := r.word(0), r.word(1), r.word(2), 3
	if strings.Count(a, ".") == 2 {
		a, b, _ = strings.Cut(a, ".")
		b, c, _ = strings.Cut(b, ".")
		words = 1
	}
	return number(a), number(b), number(c), words
}

func (r *dateReader) numericDay(day, month, year, words int) (period, bool) {
	if !isYear(year) || day < 1 || day > 31 || month < 1 || month > 12 {
		return period{}, false
	}
	r.at += words
	return r.day(r.on(year, time.Month(month), day)), true
}
