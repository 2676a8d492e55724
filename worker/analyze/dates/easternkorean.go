package dates

import "strings"

// koreanAgo reads "이틀 전", "일주일 전에", "한 달 전", "두달 전": how long ago in Korean words.
func (r *eastern) koreanAgo() (period, bool) {
	n, u, words := koreanAmount(r.word(0), r.word(1))
	if words == 0 || bare(r.word(words)) != "전" {
		return period{}, false
	}
	r.at += words + 1
	return r.exactlyAgo(u, n), true
}

// koreanAmount is how long some words are, of which there may be two. None of them
// if it is no time.
func koreanAmount(first, second string) (n int, u unit, words int) {
	if n = koreanDays(first); n > 0 {
		return n, unit{days: 1}, 1
	}
	n, rest := koreanNumber(first)
	if n > 0 && rest == "" {
		rest, words = second, 1
	}
	u, ok := koreanUnit(rest)
	if n == 0 || !ok {
		return 0, unit{}, 0
	}
	return n, u, words + 1
}

// koreanDays are the words for some days. 0 if it is none.
func koreanDays(w string) int {
	switch w {
	case "하루":
		return 1
	case "이틀":
		return 2
	case "사흘":
		return 3
	case "나흘":
		return 4
	case "닷새":
		return 5
	case "열흘":
		return 10
	case "보름":
		return 15
	}
	return 0
}

// koreanNumber is the number that a word begins with, and the rest of it. 0 if it is none.
func koreanNumber(w string) (n int, rest string) {
	for i, forms := range [...][2]string{{"한", "일"}, {"두", "이"}, {"세", "삼"}, {"네", "사"}, {"다섯", "오"}, {"여섯", "육"}} {
		for _, form := range forms {
			if rest, ok := strings.CutPrefix(w, form); ok {
				return i + 1, rest
			}
		}
	}
	if rest, ok := strings.CutPrefix(w, "몇"); ok {
		return aFew, rest
	}
	return 0, w
}

func koreanUnit(w string) (unit, bool) {
	switch w {
	case "주", "주일":
		return week(), true
	case "달", "개월":
		return unit{months: 1}, true
	case "년", "해":
		return unit{months: 12}, true
	}
	return unit{}, false
}
