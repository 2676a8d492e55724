package dates

import (
	"strings"
	"time"
	"unicode/utf8"
)

// numeral reads "三月", "五月十四号", "两周前", "三个月前", "二週間前", "三天之前": numbers that are
// written as signs, each of which makes a pair with the one before it.
func (r *eastern) numeral() (period, bool) {
	n, ok := r.hanNumber()
	if !ok {
		return period{}, false
	}
	if r.peek() == "月" {
		r.sign()
		return r.numeralMonth(n)
	}
	u, ok := r.numeralUnit()
	if !ok {
		return period{}, false
	}
	return r.numeralAgo(n, u)
}

// numeralUnit reads 天, 周, 个星期, 礼拜, 个月, 年.
func (r *eastern) numeralUnit() (unit, bool) {
	s := r.sign()
	if s == "个" || s == "個" || s == "箇" {
		if s = r.sign(); s == "月" {
			return unit{months: 1}, true
		}
	}
	switch s {
	case "天", "日":
		return unit{days: 1}, true
	case "周", "週":
		return week(), true
	case "星", "礼", "禮":
		s = r.sign()
		return week(), s == "期" || s == "拜"
	case "年":
		return unit{months: 12}, true
	}
	return unit{}, false
}

// numeralMonth reads what may follow a month: the day.
func (r *eastern) numeralMonth(m int) (period, bool) {
	if m > 12 || r.peek() == "前" {
		return period{}, false
	}
	start := r.at
	if d, ok := r.hanNumber(); ok && d <= 31 && strings.Contains(signsOfDay, r.peek()) && r.sign() != "" {
		return r.yearly(time.Month(m), d, 0, 1), true
	}
	r.at = start
	return r.monthOf(time.Month(m)), true
}

func (r *eastern) numeralAgo(n int, u unit) (period, bool) {
	for endsInAny(r.peek(), "間", "间", "之", "以") {
		r.sign()
	}
	if r.sign() != "前" {
		return period{}, false
	}
	return r.exactlyAgo(u, n), true
}

// hanNumber reads a number from 1 to 99.
func (r *eastern) hanNumber() (int, bool) {
	n, read := 0, false
	for r.peek() != "" {
		d := hanDigit(r.peek())
		switch {
		case d == 10 && n < 10:
			n = 10 * max(1, n)
		case d > 0 && d < 10 && (n == 0 || n%10 == 0):
			n += d
		default:
			return n, read
		}
		r.sign()
		read = true
	}
	return n, read
}

func hanDigit(sign string) int {
	switch sign {
	case "两", "兩":
		return 2
	case "十":
		return 10
	}
	if i := strings.Index("一二三四五六七八九", sign); i >= 0 && sign != "" {
		return i/utf8.RuneLen('一') + 1
	}
	return 0
}

// peek is the next single sign, or "".
func (r *eastern) peek() string {
	if w := r.word(0); utf8.RuneCountInString(w) == 1 {
		return w
	}
	return ""
}

// sign passes over the next single sign and the pair that it makes with the one before it.
func (r *eastern) sign() string {
	w := r.peek()
	if w == "" {
		return ""
	}
	r.at++
	if pair := r.word(0); strings.HasSuffix(pair, w) && utf8.RuneCountInString(pair) == 2 {
		r.at++
	}
	return w
}
