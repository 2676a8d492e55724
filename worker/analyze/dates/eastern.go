package dates

import (
	"slices"
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

// expression reads "2021年3月から5月まで", "3月以降", or one date.
func (r *eastern) expression() (period, bool) {
	if r.word(0) == "截至" || r.word(0) == "直到" {
		r.at++
		p, ok := r.date()
		return r.upTo(p, true), ok
	}
	p, ok := r.date()
	if !ok {
		return period{}, false
	}
	p, ok = r.through(p, r.joins, r.end)
	if !ok {
		p, _ = r.open(p)
	}
	return p, true
}

// joins passes over what stands between the two ends of a range: a word of its
// own, the end of the Korean word before it, or a sign that is no word.
func (r *eastern) joins() bool {
	if before := r.word(-1); strings.HasSuffix(before, "부터") || strings.HasSuffix(before, "에서") {
		return true
	}
	start := r.at
	for r.at < start+4 && (endsInAny(r.word(0), "から", "到", "至") || endsInAny(r.word(0), "か") && r.word(1) == "から") {
		r.at++
	}
	return r.at > start
}

// end reads the end of a range. Its first sign may make a pair with what joins it
// before it makes a word: "から昨日" is cut into から, 昨, ら昨, 日, 昨日.
func (r *eastern) end() (period, bool) {
	joined := endsInAny(r.word(1), r.word(0))
	for range 4 {
		if p, ok := r.firstOf(r.date, r.dayOf); ok {
			return p, true
		}
		if r.at++; !joined || beginsWithDigit(r.word(0)) {
			break
		}
	}
	return period{}, false
}

// date reads one date, and a month or day of the year, month or week that it is:
// "去年3月", "先週の金曜日".
func (r *eastern) date() (period, bool) {
	p, ok := r.simple()
	if !ok {
		return period{}, false
	}
	start := r.at
	r.passOf()
	if q, ok := r.part(); ok {
		if inner, ok := q.within(p); ok {
			p, start = inner, r.at
		}
	}
	r.at = start
	return r.thirdOf(p), true
}

// part reads what may be a part of another date.
func (r *eastern) part() (period, bool) {
	return r.firstOf(r.written, r.dayOf, r.weekday, r.numeral, r.season)
}

// passOf passes over what joins a year to its month, or a month to its day: の,
// 的, and the pairs that they make, as 上个 and 月 do.
func (r *eastern) passOf() {
	for w := r.word(0); endsInAny(w, "の", "的") || w == "个月" || w == "個月"; w = r.word(0) {
		r.at++
	}
}

// simple reads a date that is made of no other. A month of a year that was not
// read, as in "二〇二一年三月" and "每年3月", is not one of this year or the last.
func (r *eastern) simple() (period, bool) {
	switch {
	case endsInAny(r.word(-1), "年", "년"):
		return r.firstOf(r.iso, r.ago, r.year, r.named, r.weekday)
	case beginsWithDigit(r.word(0)):
		return r.firstOf(r.iso, r.written, r.ago, r.year)
	}
	return r.firstOf(r.lastFew, r.named, r.koreanAgo, r.weekday, r.numeral)
}

func endsInAny(w string, ends ...string) bool {
	return slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(w, end) })
}

// year reads "2021年", "2021". "2000人" and "2000元" are no year.
func (r *eastern) year() (period, bool) {
	start := r.at
	if y, ok := r.signed("年년"); ok && isYear(y) {
		return r.yearOf(y), true
	}
	r.at = start
	p, ok := r.reader.year()
	return p, ok && !countsThings(r.word(0))
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

// dayOf reads "3号" where a month was said before. "3日間" are three days.
func (r *eastern) dayOf() (period, bool) {
	d, ok := r.signed(signsOfDay)
	if !ok || d > 28 || endsInAny(r.word(-1), "간") || endsInAny(r.word(0), "間", "间") {
		return period{}, false
	}
	p := r.day(r.on(r.now.Year(), r.now.Month(), d))
	p.every = unit{months: 1}
	return p, true
}
