package dates

import (
	"strings"
	"time"
	"unicode/utf8"
)

// season reads 夏 in "去年の夏" and "去年夏天", and no part of another word, as 春 in
// 去年春节 and 秋 in 去年の秋田 are.
func (r *eastern) season() (period, bool) {
	s := r.peek()
	i := strings.Index("春夏秋冬", s)
	if i < 0 || s == "" {
		return period{}, false
	}
	r.sign()
	if next := r.beside(s); next == "天" || next == "季" {
		r.sign()
	} else if next != "" {
		return period{}, false
	}
	return r.seasonFrom(time.Month(3 * (i/utf8.RuneLen('春') + 1))), true
}

// thirdOf reads what names a part of the date that it stands behind: 初, 末, 底, 上旬,
// "年底" of "去年年底".
func (r *eastern) thirdOf(p period) period {
	start := r.at
	r.passOf()
	if w := r.peek(); p.days() > 300 && w == "年" {
		r.sign()
	}
	which := third(0)
	switch s := r.attached(); s {
	case "初":
		next := r.beside(s)
		r.take("初め")
		if (next == "" || next == "的") && r.word(0) != "めて" { // 今年初次 and 今年初めて are for the first time
			which = beginning
		}
	case "末", "底":
		which = ending
	case "上", "中", "下":
		if r.beside(s) == "旬" {
			which = third(strings.Index("上中下", s)/len("上") + 1)
			r.sign()
		}
	}
	if which == 0 || p.days() < 7 {
		r.at = start
		return p
	}
	return p.part(which)
}

// attached passes over the next sign if it makes a pair with what stands before.
func (r *eastern) attached() string {
	s := r.peek()
	if s == "" || !strings.HasSuffix(r.word(1), s) || utf8.RuneCountInString(r.word(1)) != 2 {
		return ""
	}
	return r.sign()
}

// beside is the next sign, if it makes a pair with the one given.
func (r *eastern) beside(sign string) string {
	if next := r.peek(); next != "" && r.word(1) == sign+next {
		return next
	}
	return ""
}
