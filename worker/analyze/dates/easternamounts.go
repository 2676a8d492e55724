package dates

import "strings"

// signed reads a number with one of the signs behind it.
func (r *eastern) signed(signs string) (int, bool) {
	w := r.word(0)
	digits := strings.TrimRightFunc(w, func(c rune) bool { return c < '0' || c > '9' })
	n, sign := number(digits), w[len(digits):]
	next := 1
	if sign == "" {
		sign, next = r.word(1), 2
		if pair, ok := strings.CutSuffix(r.word(2), sign); ok && pair != "" {
			return 0, false // a sign was left out between them: "3ヶ月" is no third month
		}
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

// ago reads "3日前", "2週間前", "3ヶ月前", "5天前", "3일 전".
func (r *eastern) ago() (period, bool) {
	n, u, ok := r.amount()
	if !ok || n > 1000 {
		return period{}, false
	}
	for range 4 { // what stands between: "間", and the pairs that it makes
		w := r.word(0)
		r.at++
		if w == "前" || w == "전" || w == "전에" {
			if endsInAny(r.word(0), "前") { // the pair that it makes
				r.at++
			}
			return r.exactlyAgo(u, n), true
		}
	}
	return period{}, false
}

// lastFew reads "最近两周", "过去3个月", "この一週間", but not "この3年生".
func (r *eastern) lastFew() (period, bool) {
	switch r.word(0) {
	case "最近", "过去", "過去", "近", "ここ", "この":
	default:
		return period{}, false
	}
	r.at++
	n, u, ok := r.amount()
	if !ok {
		if n, ok = r.hanNumber(); !ok {
			return period{}, false
		}
		u, ok = r.numeralUnit()
	}
	return r.untilToday(u, n), ok && n <= 1000 && r.peek() != "生"
}

// exactlyAgo reads what makes a time ago exact: "3年前の三月", "一年前の今日".
func (r *eastern) exactlyAgo(u unit, n int) period {
	return r.exactly(u, n, r.passOf, func() (period, bool) { return r.firstOf(r.part, r.end) })
}

// amount reads "3日", "2週", "5년".
func (r *eastern) amount() (int, unit, bool) {
	for _, u := range [...]struct {
		signs string
		unit
	}{{"日天일", unit{days: 1}}, {"週周주", week()}, {"年년", unit{months: 12}}} {
		if n, ok := r.signed(u.signs); ok {
			return n, u.unit, true
		}
	}
	n, ok := r.months()
	return n, unit{months: 1}, ok
}

// months reads "3ヶ月", "3か月", "3个月", "3개월": a sign between tells how many
// months from the third of them. It may be no word, and then makes a pair.
func (r *eastern) months() (int, bool) {
	if digits, ok := strings.CutSuffix(bare(r.word(0)), "개월"); ok {
		r.at++
		return number(digits), number(digits) > 0
	}
	n := number(r.word(0))
	for i := 1; n > 0 && i <= 3; i++ {
		if counter, ok := strings.CutSuffix(r.word(i), "月"); ok && counter != "" && strings.Contains("ヶケカヵか箇个個", counter) {
			r.at += i + 1
			return n, true
		}
	}
	return 0, false
}

// countsThings tells whether a word is what counts people, things or money.
func countsThings(w string) bool {
	switch w {
	case "人", "名", "个", "個", "件", "本", "円", "元", "块", "塊", "字", "次", "回", "条", "條", "台", "枚",
		"명", "명의", "개", "개의", "건", "원", "번", "권", "장":
		return true
	}
	return false
}
