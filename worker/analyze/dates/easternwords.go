package dates

import "strings"

// aroundToday are words for a day, week, month or year, and how many of it lie
// between that one and now.
func aroundToday(w string) (u unit, step int, ok bool) {
	switch w {
	case "昨日", "昨天", "어제", "昨夜", "昨晚", "昨晩", "어젯밤":
		return unit{days: 1}, -1, true
	case "今日", "今天", "오늘", "今朝", "今夜", "今早", "今晨", "今晚", "今晩":
		return unit{days: 1}, 0, true
	case "明日", "明天", "내일":
		return unit{days: 1}, 1, true
	case "前天", "前晚", "그저께", "그제", "一昨日":
		return unit{days: 1}, -2, true
	case "后天", "後天", "明後日", "모레":
		return unit{days: 1}, 2, true
	case "大前天":
		return unit{days: 1}, -3, true
	case "大后天", "大後天":
		return unit{days: 1}, 3, true
	case "先週", "上周", "上週", "지난주":
		return week(), -1, true
	case "今週", "本周", "這週", "这周", "이번주":
		return week(), 0, true
	case "来週", "下周", "下週", "다음주":
		return week(), 1, true
	case "先月", "上月", "지난달":
		return unit{months: 1}, -1, true
	case "今月", "本月", "이번달":
		return unit{months: 1}, 0, true
	case "来月", "下月", "다음달":
		return unit{months: 1}, 1, true
	case "去年", "昨年", "작년", "지난해":
		return unit{months: 12}, -1, true
	case "今年", "올해":
		return unit{months: 12}, 0, true
	case "明年", "来年", "내년":
		return unit{months: 12}, 1, true
	case "一昨年", "재작년":
		return unit{months: 12}, -2, true
	}
	return unit{}, 0, false
}

// named reads "昨日", "上周", "先週末", "上个月", "지난주에", "이번 주": in an unspaced
// text a pair comes after its first sign.
func (r *eastern) named() (period, bool) {
	u, step, words := r.counted()
	if words == 0 {
		u, step, words = r.spaced()
	}
	if words == 0 {
		u, step, words = r.ofThree()
	}
	if words == 0 {
		var ok bool
		if u, step, ok = aroundToday(bare(r.word(0))); !ok {
			return period{}, false
		}
		words = 1
	}
	switch r.word(-2) { // as "上上周" and "再来週" are cut: 上上, 周, 上周
	case "上上", "下下", "再来":
		step *= 2
	}
	r.at += words
	p := u.whole(r.today, step)
	switch {
	case u != week():
	case bare(r.word(-1)) == weekendKorean:
		p = weekendOf(p)
	case r.word(0) == "末":
		r.sign()
		p = weekendOf(p)
	}
	return p, true
}

const weekendKorean = "주말"

// counted reads a Chinese week or month with its measure word: "上个月",
// "这个星期", or a week without: "上星期". Of anything else it says nothing:
// "上个问题" is no time. words is how many it takes, 0 if it is no date.
func (r *eastern) counted() (u unit, step, words int) {
	switch r.word(0) {
	case "上个", "上個", "上":
		step = -1
	case "这个", "這個", "这", "這", "本":
		step = 0
	case "下个", "下個", "下":
		step = 1
	default:
		return unit{}, 0, 0
	}
	switch {
	case r.word(1) == "月" && endsInAny(r.word(0), "个", "個"):
		return unit{months: 1}, step, 2
	case r.word(1) == "星" && r.word(3) == "期": // between them is the pair that they make with what stands before
		return week(), step, 4
	}
	return unit{}, 0, 0
}

// ofThree reads what has three signs, "一昨日", "大前天", before the pair at its end
// is read as another day: it is cut into 一, 昨, 一昨, 日, 昨日.
func (r *eastern) ofThree() (u unit, step, words int) {
	last := r.word(3)
	if last == "" || !strings.HasSuffix(r.word(4), last) {
		return unit{}, 0, 0
	}
	if u, step, ok := aroundToday(r.word(2) + last); ok {
		return u, step, 5
	}
	return unit{}, 0, 0
}

// spaced reads a Korean week, weekend, month or year in two words: "이번 주", "지난 달에".
func (r *eastern) spaced() (u unit, step, words int) {
	if step, ok := koreanStep(r.word(0)); ok {
		if bare(r.word(1)) == weekendKorean {
			return week(), step, 2
		}
		if u, step, ok := aroundToday(bare(r.word(0) + r.word(1))); ok {
			return u, step, 2
		}
	}
	return unit{}, 0, 0
}

// koreanStep reads "last", "this" or "next".
func koreanStep(w string) (step int, ok bool) {
	switch w {
	case "지난":
		return -1, true
	case "이번":
		return 0, true
	case "다음":
		return 1, true
	}
	return 0, false
}

// bare is a Korean word without the particle that says its part in a sentence:
// "어제는" and "지난주에" are 어제 and 지난주. What names no time with or without one stays.
func bare(w string) string {
	if _, _, ok := aroundToday(w); ok || !isHangul(w) {
		return w
	}
	for _, particle := range [...]string{"에는", "에도", "에서", "부터", "까지", "에", "은", "는", "이", "가", "을", "를", "의", "도"} {
		if stem, ok := strings.CutSuffix(w, particle); ok {
			stem = strings.TrimSuffix(stem, "부터") // "어제부터는"
			return strings.TrimSuffix(stem, "까지")
		}
	}
	return w
}

// isHangul tells by its first byte whether a word is Korean, as no Chinese and no
// Japanese one is.
func isHangul(w string) bool { return w != "" && '\xea' <= w[0] && w[0] <= '\xed' }
