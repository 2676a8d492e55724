package analyze

import (
	"slices"
	"testing"
	"time"
)

func TestSlipsOfAWord(t *testing.T) {
	t.Parallel()
	a := testAnalyzer(t)
	hash := func(word string) uint32 { return a.Query(word, "en", time.Time{}).Terms[0].Hash }
	q := a.Query("garage", "en", time.Time{})
	slips := q.Slips(nil, "accordion")
	for word, want := range map[string]bool{
		"accordxon": true, "acordion": true, "accordiion": true, "accodrion": true, "accordio": true, "accordionx": true,
		"accordion": false, "bccordion": false, "ccordion": false, "acordeon": false,
	} {
		if got := slices.Contains(slips, hash(word)); got != want {
			t.Errorf("%s is a slip of accordion: %v, want %v", word, got, want)
		}
	}
	for _, word := range []string{"boat", "r2d2x9", "наука", "abcdefghijklmnopqrstuvwxyzab", ""} {
		if got := q.Slips(nil, word); len(got) > 0 {
			t.Errorf("%q has %d slips, want none", word, len(got))
		}
	}
}
