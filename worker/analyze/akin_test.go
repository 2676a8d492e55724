package analyze

import (
	"slices"
	"testing"
	"time"

	"github.com/context-manager/context-manager/worker/assemble"
)

// about returns the hashes of a query's terms, and what is akin to them.
func akinTo(a *Analyzer, text string) (about []uint32, akin []assemble.Related) {
	q := a.Query(text, "en", time.Time{})
	for _, t := range q.Terms {
		about = append(about, t.Hash)
	}
	return about, q.Akin(nil, about)
}

// TestAkinToAQuestion: the table was made with the stems that questions have.
func TestAkinToAQuestion(t *testing.T) {
	t.Parallel()
	a := testAnalyzer(t)
	for _, c := range []struct{ text, near, far string }{
		{"martial arts", "karate", "violin"},
		{"knitted scarf", "sweater", "motorcycle"},
		{"loud thunder", "rumbling", "mortgage"},
		{"memory leak", "spill", "wedding"},
		{"sour lemon", "lime", "tractor"},
	} {
		about, akin := akinTo(a, c.text)
		has := func(word string) bool {
			hash := a.Query(word, "en", time.Time{}).Terms[0].Hash
			return slices.ContainsFunc(akin, func(r assemble.Related) bool { return r.Hash == hash })
		}
		if !has(c.near) || has(c.far) {
			t.Errorf("%q: %q is akin: %v, %q is: %v", c.text, c.near, has(c.near), c.far, has(c.far))
		}
		for _, r := range akin {
			if slices.Contains(about, r.Hash) || !(r.Weight > 0 && r.Weight <= 1) {
				t.Errorf("%q: %+v is akin", c.text, r)
			}
		}
	}
}

// TestWhoMayAskTheThesaurus: it is of English, and long queries need none.
func TestWhoMayAskTheThesaurus(t *testing.T) {
	t.Parallel()
	a := testAnalyzer(t)
	if q := a.Query("Wer spielt Geige?", "de", time.Time{}); q.Akin != nil {
		t.Error("a German query may ask for what is akin in English")
	}
	long := ""
	for _, w := range englishWords() {
		long += w + " "
	}
	if q := a.Query(long, "en", time.Time{}); q.Akin != nil {
		t.Errorf("a query of %d terms may ask", len(q.Terms))
	}
}

func englishWords() []string {
	var words []string
	for first := 'a'; first < 'h'; first++ {
		for second := 'a'; second < 'h'; second++ {
			words = append(words, "z"+string(first)+string(second)+"ology")
		}
	}
	return words
}

// BenchmarkAkin asks what is akin to a question of seven words.
func BenchmarkAkin(b *testing.B) {
	a := testAnalyzer(b)
	about, dst := akinTo(a, "sister knitted woolen scarf thunder lemon violin")
	q := a.Query("scarf", "en", time.Time{})
	b.ReportAllocs()
	for b.Loop() {
		dst = q.Akin(dst[:0], about)
	}
}

// AllocsPerRun counts the whole program, so this test is not parallel.
func TestAkinAllocatesNothing(t *testing.T) { //nolint:paralleltest // as said
	a := testAnalyzer(t)
	about, dst := akinTo(a, "sister knitted woolen scarf thunder lemon violin")
	q := a.Query("scarf", "en", time.Time{})
	if n := testing.AllocsPerRun(100, func() { dst = q.Akin(dst[:0], about) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
