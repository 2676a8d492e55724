package dates

import (
	"strings"
	"time"

	"github.com/context-manager/context-manager/worker/assemble"
)

// An eastern reads the dates of Chinese, Japanese and Korean: numbers with
// signs for year, month and day, and words around today. A scan cuts an
// unspaced text into single signs and pairs; a Korean number keeps its sign.
type eastern struct{ reader }

// find reads all there is.
func (r *eastern) find(marked []bool) []assemble.Span { return r.all(marked, r.expression) }

// expression reads "2021年3月から5月まで", or one date.
func (r *eastern) expression() (period, bool) {
	p, ok := r.date()
	if !ok {
		return period{}, false
	}
	p, _ = r.through(p, r.joins, r.end)
	return p, true
}

// end reads the end of a range.
func (r *eastern) end() (period, bool) { return r.firstOf(r.date, r.dayOf) }

// joins passes over what stands between the two ends of a range: a word of its
// own, the end of the Korean word before it, or a sign that is no word.
func (r *eastern) joins() bool {
	if before := r.word(-1); strings.HasSuffix(before, "부터") || strings.HasSuffix(before, "에서") {
		return true
	}
	start := r.at
	for r.word(0) != "" && number(r.word(0)) == 0 && r.at < start+4 {
		if w := r.word(0); !strings.HasSuffix(w, "か") && !strings.HasSuffix(w, "から") && !strings.HasSuffix(w, "到") && !strings.HasSuffix(w, "至") {
			return false
		}
		r.at++
	}
	return r.at > start
}

// date reads one date, and a month or day of the year, month or week that it is:
// "去年3月", "先週の金曜日".
func (r *eastern) date() (period, bool) {
	p, ok := r.simple()
	if !ok {
		return period{}, false
	}
	start := r.at
	for isOf(r.word(0)) {
		r.at++
	}
	if q, ok := r.firstOf(r.written, r.dayOf, r.weekday, r.numeral); ok {
		if inner, ok := q.within(p); ok {
			return inner, true
		}
	}
	r.at = start
	return p, true
}

// isOf tells whether a word is what joins a year to its month, or a month to its
// day: の, 的, and the pairs that they make, as 上个 and 月 do.
func isOf(w string) bool {
	return strings.HasSuffix(w, "の") || strings.HasSuffix(w, "的") || w == "个月" || w == "個月"
}

// simple reads a date that is made of no other.
func (r *eastern) simple() (period, bool) {
	if beginsWithDigit(r.word(0)) {
		return r.firstOf(r.iso, r.written, r.ago, r.year)
	}
	return r.firstOf(r.named, r.weekday, r.numeral)
}

// year reads "2021年", "2021".
func (r *eastern) year() (period, bool) {
	start := r.at
	if y, ok := r.signed("年년"); ok && isYear(y) {
		return r.yearOf(y), true
	}
	r.at = start
	return r.reader.year()
}

// written reads "2023年3月14日", "3月14日", "3月", "3월 14일".
func (r *eastern) written() (period, bool) {
	y, ok := r.signed("年년")
	if ok && !isYear(y) {
		return period{}, false
	}
	m, ok := r.signed("月월")
	if !ok || m < 1 || m > 12 {
		return period{}, false
	}
	d, ok := r.signed(signsOfDay)
	if ok && (d < 1 || d > 31) {
		return period{}, false
	}
	p := r.monthOf(time.Month(m))
	if d > 0 {
		p = r.yearly(time.Month(m), d, 0, 1)
	}
	if y > 0 {
		p, _ = p.within(r.yearOf(y))
		p.every = unit{}
	}
	return p, true
}

// signsOfDay are written behind the number of a day.
const signsOfDay = "日号號일"

// dayOf reads "3号" where a month was said before.
func (r *eastern) dayOf() (period, bool) {
	d, ok := r.signed(signsOfDay)
	if !ok || d > 28 {
		return period{}, false
	}
	p := r.day(r.on(r.now.Year(), r.now.Month(), d))
	p.every = unit{months: 1}
	return p, true
}
