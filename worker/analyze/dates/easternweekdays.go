package dates

import (
	"strings"
	"time"
)

// weekday reads "金曜日", "周五", "星期五", "금요일에": the latest one, if no week
// is named with it. What is said of every Friday is said of no day.
func (r *eastern) weekday() (period, bool) {
	for before := -1; before >= -6; before-- {
		if w := r.word(before); strings.HasPrefix(w, "毎") || strings.HasPrefix(w, "每") || w == "매주" {
			return period{}, false
		}
	}
	for range 3 { // in an unspaced text a pair comes after its signs: 星, 期, 星期, 五, 期五
		if day, words := r.weekdayHere(); words > 0 {
			p := r.weekly(day, 1)
			if step, ok := koreanStep(r.word(-1)); ok {
				p = p.chosen(step, r.today)
			}
			r.at += words
			return p, true
		}
		if !beginsWeekday(r.word(0)) {
			break
		}
		r.at++
	}
	return period{}, false
}

// weekdayHere is the day that a sign, and what it makes with those beside it, or
// a Korean word stands for. words is how many it takes, 0 if it is none.
func (r *eastern) weekdayHere() (day time.Weekday, words int) {
	w := r.word(0)
	for d, names := range weekdayNames() {
		switch {
		case strings.HasPrefix(w, names.korean) && !strings.HasSuffix(w, "마다"): // "every"
			return time.Weekday(d), 1
		case w == names.japanese && r.word(1) == "曜" && r.word(2) == w+"曜":
			return time.Weekday(d), 3 + r.endOfDay(3)
		case w == names.japanese && r.word(2) == "曜" && r.word(3) == w+"曜": // a pair with what stands before
			return time.Weekday(d), 4 + r.endOfDay(4)
		case strings.Contains(names.chinese, w) && w != "" && endsInWeek(r.word(1), w):
			return time.Weekday(d), 2
		}
	}
	return 0, 0
}

// endOfDay is how many words a "日" at the end of a Japanese weekday takes.
func (r *eastern) endOfDay(n int) int {
	if r.word(n) == "日" && r.word(n+1) == "曜日" {
		return 2
	}
	return 0
}

// endsInWeek tells whether a pair is that of a Chinese word for week and the number of a day.
func endsInWeek(pair, number string) bool {
	week, ok := strings.CutSuffix(pair, number)
	return ok && week != "" && strings.Contains("周週期拜", week)
}

// beginsWeekday tells whether a word is what a Chinese weekday begins with.
func beginsWeekday(w string) bool {
	switch w {
	case "周", "週", "星", "期", "星期", "礼", "禮", "拜", "礼拜", "禮拜":
		return true
	}
	return false
}

type eastWeekday struct{ japanese, chinese, korean string }

func weekdayNames() [7]eastWeekday {
	return [...]eastWeekday{
		{"日", "日天", "일요일"}, {"月", "一", "월요일"}, {"火", "二", "화요일"}, {"水", "三", "수요일"},
		{"木", "四", "목요일"}, {"金", "五", "금요일"}, {"土", "六", "토요일"},
	}
}
