package shell

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable makes text safe to show on a terminal: control characters, which
// could move the cursor or rewrite what stands there, are written out. Line feeds and tabs stay.
func Printable(text string) string {
	if !strings.ContainsFunc(text, unsafeRune) && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if unsafeRune(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unsafeRune(r rune) bool {
	if r == '\n' || r == '\t' {
		return false
	}
	return unicode.IsControl(r) || bidiControl(r)
}

// bidiControl tells whether r reorders the text around it, which can make a
// line read as another.
func bidiControl(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// OneLine is printable text without line breaks.
func OneLine(text string) string {
	return strings.Join(strings.Fields(Printable(text)), " ")
}

// Clip cuts text to width columns, counted as runes. 0 or less leaves it whole.
func Clip(text string, width int) string {
	if width <= 0 || utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:max(width-1, 1)]) + "…"
}

// Plural counts things in words: "1 item", "3 items".
func Plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Quote makes text one word of a POSIX shell.
func Quote(text string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-./:=+,@%", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// The colours, as terminals want them.
const (
	Bold  = "\x1b[1m"
	Dim   = "\x1b[2m"
	Cyan  = "\x1b[36m"
	reset = "\x1b[0m"
)

// Paint colours text if the terminal shows colour.
func (sh *Shell) Paint(colour, text string) string {
	if !sh.colour || text == "" {
		return text
	}
	return colour + text + reset
}
