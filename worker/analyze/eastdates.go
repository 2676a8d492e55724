package analyze

import (
	"strings"
	"time"
)

// An eastReader reads the dates of Chinese, Japanese and Korean: numbers with
// signs for year, month and day, and words around today. A scan cuts an
// unspaced text into single signs and pairs; a Korean number keeps its sign.
type eastReader struct{ dateReader }

func (r *eastReader) date() (period, bool) {
	start := r.at
	for _, read := range [...]func(*eastReader) (period, bool){
		func(r *eastReader) (period, bool) { return r.iso() },
		(*eastReader).written, (*eastReader).ago, (*eastReader).named,
		func(r *eastReader) (period, bool) { return r.year() },
	} {
		r.at = start
		if p, ok := read(r); ok {
			return p, true
		}
	}
	r.at = start
	return period{}, false
}

// written reads "2023年3月14日", "3月14日", "3月", "3월 14일".
func (r *eastReader) written() (period, bool) {
	y, ok := r.signed("年년")
	if ok && !isYear(y) {
		return period{}, false
	}
	m, ok := r.signed("月월")
	if !ok || m < 1 || m > 12 {
		return period{}, false
	}
	d, ok := r.signed("日号號일")
	if ok && (d < 1 || d > 31) {
		return period{}, false
	}
	if y == 0 {
		y = r.now.Year()
		if r.on(y, time.Month(m), max(1, d)).After(r.now) {
			y--
		}
	}
	from := r.on(y, time.Month(m), max(1, d))
	if d > 0 {
		return r.day(from), true
	}
	return period{from, from.AddDate(0, 1, 0)}, true
}

// signed reads a number with one of the signs behind it.
func (r *eastReader) signed(signs string) (int, bool) {
	w := r.word(0)
	digits := strings.TrimRightFunc(w, func(c rune) bool { return c < '0' || c > '9' })
	n, sign := number(digits), w[len(digits):]
	next := 1
	if sign == "" {
		sign, next = r.word(1), 2
	}
	if n == 0 || sign == "" || !beginsWithAny(sign, signs) {
		return 0, false
	}
	r.at += next
	return n, true
}

// beginsWithAny tells whether a word begins with one of some signs: what
// follows in it is grammar.
func beginsWithAny(w, signs string) bool {
	for _, s := range signs {
		if strings.HasPrefix(w, string(s)) {
			return true
		}
	}
	return false
}

// ago reads "3日前", "2週間前", "5天前", "3일 전".
func (r *eastReader) ago() (period, bool) {
	start := r.at
	for _, u := range [...]struct {
		signs string
		unit
	}{{"日天일", unit{days: 1}}, {"週周주", week()}, {"年년", unit{months: 12}}} {
		r.at = start
		n, ok := r.signed(u.signs)
		if !ok || n > 1000 {
			continue
		}
		for range 4 { // what stands between: "間", and the pairs that it makes
			w := r.word(0)
			r.at++
			if w == "前" || w == "전" || w == "전에" {
				return u.around(u.add(r.today, -n)), true
			}
		}
	}
	return period{}, false
}
