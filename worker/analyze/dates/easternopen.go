package dates

import (
	"strings"
	"unicode/utf8"
)

// open reads what may follow a date and makes of it all that lies before or after
// it: "3月以降", "上周之前", "3월까지". 以降, 以后 and 이후 have the date itself, 之后
// has not, and neither has what lies before.
func (r *eastern) open(p period) (period, bool) {
	word, words := r.opener()
	switch word {
	case "以降", "以来", "以來", "以后", "以後", "から", "이후", "이래", "부터":
		p = r.onward(p.from)
	case "之后", "之後", "후":
		p = r.onward(p.to)
	case "以前", "之前", "이전", "전":
		p = r.upTo(p, false)
	case "まで", "为止", "為止", "까지":
		p = r.upTo(p, true)
	default:
		return p, false
	}
	r.at += words
	return p, true
}

// opener is the word that may open the date before it, and how many words it
// takes. What a number follows has a length, and is not open: "今日から3日間".
func (r *eastern) opener() (word string, words int) {
	word, words = r.koreanOpener()
	if word == "" {
		word, words = r.pairBeside()
	}
	if next := r.word(words); (word == "から" || word == "부터") && (beginsWithDigit(next) || hanDigit(next) > 0) {
		return "", 0
	}
	return word, words
}

// koreanOpener is the end of the date, or a word of its own.
func (r *eastern) koreanOpener() (word string, words int) {
	date := r.word(-1)
	for _, particle := range [...]string{"의", "는", "도"} {
		date = strings.TrimSuffix(date, particle)
	}
	for _, w := range [...]string{"부터", "까지", "이후", "이전"} {
		if strings.HasSuffix(date, w) {
			return w, 0
		}
	}
	switch next := r.word(0); next {
	case "전", "전에":
		return "전", 1
	case "후", "후에":
		return "후", 1
	default:
		for _, w := range [...]string{"이후", "이전", "이래"} {
			if strings.HasPrefix(next, w) {
				return w, 1
			}
		}
	}
	return "", 0
}

// pairBeside is the next pair, if its first sign stands beside the date: 月, 以,
// 月以, 降, 以降.
func (r *eastern) pairBeside() (word string, words int) {
	at := 0
	if last := r.word(-1); last != "" && last != r.word(0) && endsInAny(r.word(0), last) {
		at++ // the pair that the date ends in
	}
	for i := at + 1; i < at+4; i++ {
		w := r.word(i)
		if _, size := utf8.DecodeRuneInString(w); utf8.RuneCountInString(w) == 2 && strings.HasSuffix(r.word(at), w[:size]) {
			return w, i + 1
		}
	}
	return "", 0
}
