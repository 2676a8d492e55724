package analyze

import (
	"strings"
	"unicode/utf8"
)

// korean takes off the particles that a Korean noun bears: "서울에서" is found by
// "서울". Nothing tells a particle from the end of a noun that is written alike, so
// all of them go, one after the other, from both: "고양이" and "고양이는" are "고양".
// Two syllables stay, since of one little can be told.
func korean(lower string) string {
	for {
		shorter := withoutParticle(lower)
		if shorter == lower || utf8.RuneCountInString(shorter) < 2 {
			return lower
		}
		lower = shorter
	}
}

func withoutParticle(word string) string {
	for _, particle := range [...]string{ // the longer before what they end in
		"입니다", "이에요", "예요", "에서", "에게", "께서", "한테", "까지", "부터", "처럼", "보다", "마다", "조차", "마저", "밖에", "으로", "이나", "이랑", "하고",
		"은", "는", "이", "가", "을", "를", "의", "에", "도", "만", "로", "와", "과", "랑",
	} {
		if shorter, ok := strings.CutSuffix(word, particle); ok {
			return shorter
		}
	}
	return word
}
