package analyze

import (
	"slices"
	"testing"
	"time"

	"github.com/context-manager/context-manager/tiers/page"
)

func TestSlipsOfAWord(t *testing.T) {
	t.Parallel()
	a := testAnalyzer(t)
	hash := func(word string) uint32 { return a.Query(word, "en", time.Time{}).Terms[0].Hash }
	q := a.Query("garage", "en", time.Time{})
	slips := q.Slips(nil, "accordion")
	for word, want := range map[string]bool{
		"accordxon": true, "acordion": true, "accordiion": true, "accodrion": true, "accordio": true, "accordionx": true,
		"abccordion": true, "abcordion": true,
		"accordion": false, "bccordion": false, "ccordion": false, "acordeon": false,
	} {
		if got := slices.Contains(slips, hash(word)); got != want {
			t.Errorf("%s is a slip of accordion: %v, want %v", word, got, want)
		}
	}
	if longest := "abcdefghijklmnopqrstuvwx"; !slices.Contains(q.Slips(nil, longest), hash(longest+"y")) {
		t.Errorf("%q has not the slips of a word of %d letters", longest, maxSlipped)
	}
	if !slices.Contains(q.Slips(nil, "piano"), hash("pisno")) {
		t.Errorf("a word of %d letters has no slips", minSlipped)
	}
	for _, word := range []string{"boat", "abcdefghijklmnopqrstuvwxy", "r2d2x9", "наука", "abcdefghijklmnopqrstuvwxyzab", ""} {
		if got := a.lexicons.of(fallback).slips(nil, word); len(got) > 0 {
			t.Errorf("%q has %d slips, want none", word, len(got))
		}
	}
}

// TestALetterAloneIsNoWord: what is left of a word without its prefix has two at least.
func TestALetterAloneIsNoWord(t *testing.T) {
	t.Parallel()
	a := testAnalyzer(t)
	q := a.Query("שם", "", time.Time{})
	if alone := a.Query("ם", "", time.Time{}).Terms[0].Hash; slices.Contains(q.Slips(nil, "שם"), alone) {
		t.Error("a word of two letters is meant as the second of them")
	}
}

// TestAWordIsMeantInAnotherLanguage: a few words do not show theirs, in a question
// or in a text.
func TestAWordIsMeantInAnotherLanguage(t *testing.T) {
	t.Parallel()
	a := testAnalyzer(t)
	for _, c := range []struct{ text, query string }{
		{"Wir haben die Rechnungen für das Dach gestern bezahlt", "Rechnungen Dach"},
		{"Katzen gefüttert", "Wann habe ich die Katzen gefüttert?"},
		{"Mis perros son muy buenos y los quiero", "perros"},
		{"Les chevaux ne sont pas dans le jardin", "chevaux"},
		{"אני גר בבית הגדול", "בית"},
		{"אני גר בבית הגדול", "הבית"},
		{"אני גר בבית הגדול", "גדול"},
		{"יש לי חתול", "החתול"},
		{"אני אוהב ים", "הים"},
		{"رأيت القط والكلب في الحديقة", "كلب"},
		{"رأيت كلبا كبيرا", "والكلب"},
		{"São Paulo é muito grande e não tem mar", "paulo"},
	} {
		it := analysed(t, c.text)
		q := a.Query(c.query, "", time.Time{})
		for _, term := range q.Terms {
			meant := append(q.Slips(nil, term.Word), term.Hash)
			if !slices.ContainsFunc(it.Terms, func(t page.Term) bool { return slices.Contains(meant, t.Hash) }) {
				t.Errorf("%q (%s) is not found by %q", c.text, it.Language, term.Word)
			}
		}
	}
}
