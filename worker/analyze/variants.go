package analyze

import (
	"bytes"
	"strings"
)

// A variant is another form in which people write what a text says, by which it
// is found, too. It is no word of the text: it makes no text longer, and no date
// is read of it.
type variant struct {
	occurrence
	of int32 // index in scan.found of the word, or the last one, that it is a form of
}

// vary takes in the variants of the last word.
func (s *scan) vary() {
	last := len(s.found) - 1
	if last > 0 && isHyphen(s.gap) {
		s.join(&s.found[last-1], &s.found[last])
	}
	if o := &s.found[last]; o.kind&numberWord != 0 {
		if unit := unitAt(string(s.lower[o.start:o.end])); unit > 0 {
			s.addVariant(int(o.start), int(o.start)+unit)
			s.addVariant(int(o.start)+unit, int(o.end))
		}
	}
}

// join takes in as one what a hyphen joins: "e-mail" is found by "email", "Wi-Fi" by
// "wifi". What begins with a number is rather a date, a range or an id.
func (s *scan) join(a, b *occurrence) {
	first := s.lower[a.start:a.end]
	if a.kind&b.kind&stopWord != 0 || bytes.ContainsAny(first, "0123456789") {
		return
	}
	start := len(s.lower)
	s.lower = append(append(s.lower, first...), s.lower[b.start:b.end]...)
	s.addVariant(start, len(s.lower))
}

func (s *scan) addVariant(from, to int) {
	w := s.lexicons.word(s.language, s.lower[from:to])
	s.variants = append(s.variants, variant{occurrence{word: w, start: int32(from), end: int32(to), varied: true}, int32(len(s.found) - 1)})
}

// unitAt tells where the unit begins that a number is written together with: at 2 in
// "10kg" and "90min". 0 where there is none: the letters of "3rd" are no word.
func unitAt(lower string) int {
	unit := strings.TrimLeft(lower, "0123456789.,")
	switch unit {
	case "", "st", "nd", "rd", "th":
		return 0
	}
	if !inLetters(unit) {
		return 0
	}
	return len(lower) - len(unit)
}
