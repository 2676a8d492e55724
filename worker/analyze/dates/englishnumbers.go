package dates

import "strings"

// quantity reads how many: a number in digits or words. 0 if it is none.
func quantity(w string) int {
	switch w {
	case "a", "an", "one":
		return 1
	case "two", "couple":
		return 2
	case "three", "few", "some":
		return aFew
	case "four", "several":
		return 4
	case "five":
		return 5
	case "six":
		return 6
	case "seven":
		return 7
	case "eight":
		return 8
	case "nine":
		return 9
	case "ten":
		return 10
	case "eleven":
		return 11
	case "twelve":
		return 12
	}
	if n := largeQuantity(w); n > 0 {
		return n
	}
	return number(w)
}

// largeQuantity reads what is more than twelve in words. 0 if it is none.
func largeQuantity(w string) int {
	switch w {
	case "thirteen":
		return 13
	case "fourteen":
		return 14
	case "fifteen":
		return 15
	case "sixteen":
		return 16
	case "seventeen":
		return 17
	case "eighteen":
		return 18
	case "nineteen":
		return 19
	case "twenty":
		return 20
	case "thirty":
		return 30
	case "forty":
		return 40
	case "fifty":
		return 50
	case "sixty":
		return 60
	case "ninety":
		return 90
	}
	return 0
}

// ordinalWord reads which one in a row: -1 is the last. 0 if it is none.
func ordinalWord(w string) int {
	switch w {
	case "first":
		return 1
	case "second":
		return 2
	case "third":
		return 3
	case "fourth":
		return 4
	case "last":
		return -1
	}
	return laterOrdinal(w)
}

// laterOrdinal reads which one in a row where it is after the fourth. 0 if it is none.
func laterOrdinal(w string) int {
	switch w {
	case "fifth":
		return 5
	case "sixth":
		return 6
	case "seventh":
		return 7
	case "eighth":
		return 8
	case "ninth":
		return 9
	case "tenth":
		return 10
	case "eleventh":
		return 11
	case "twelfth":
		return 12
	case "thirteenth":
		return 13
	case "fourteenth":
		return 14
	case "fifteenth":
		return 15
	case "sixteenth":
		return 16
	case "seventeenth":
		return 17
	case "eighteenth":
		return 18
	case "nineteenth":
		return 19
	case "twentieth":
		return 20
	case "thirtieth":
		return 30
	}
	return 0
}

// ordinal reads a day of a month: "3", "3rd". 0 if it is none.
func ordinal(w string) int {
	n := number(digitsOf(w))
	if n < 1 || n > 31 {
		return 0
	}
	return n
}

// digitsOf is a word without the end of an ordinal.
func digitsOf(w string) string { return strings.TrimRight(w, "sthnrd") }
