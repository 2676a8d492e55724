package analyze

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/worker/assemble"
)

// TestWhatAQuestionAsksFor: its question words say so, with what follows them.
func TestWhatAQuestionAsksFor(t *testing.T) {
	t.Parallel()
	const when, entity, title, number = assemble.AsksWhen, assemble.AsksEntity, assemble.AsksTitle, assemble.AsksNumber
	for question, want := range map[string]assemble.Kind{
		"When did Ana arrive?":         when,
		"What day was it?":             when,
		"What did she buy?":            0,
		"Which restaurant was it?":     entity,
		"Which month was it?":          entity | when,
		"Who called?":                  entity,
		"Where did Bo go?":             entity,
		"Which book did she read?":     entity | title,
		"How many dogs has she?":       number,
		"How did it end?":              0,
		"She stayed, but for how long": when | number,
		"On what day":                  when,
		"":                             0,
	} {
		if got := testAnalyzer(t).Query(question, "en", time.Time{}).Kind; got != want {
			t.Errorf("%q asks for %b, want %b", question, got, want)
		}
	}
}

// TestAWordThatStandsTwiceIsOneTerm: what it says at best, and the owner's alone
// if it is nothing else.
func TestAWordThatStandsTwiceIsOneTerm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query      string
		count      uint8
		class      assemble.Class
		possessive bool
	}{
		{"Ana likes Ana's car", 2, assemble.Content, false},
		{"Ana's car is Ana", 2, assemble.Content, false},
		{"Ana's car and Ana's dog", 2, assemble.Content, true},
		{"think thinking", 2, assemble.Content, false},
		{"thinking think", 2, assemble.Content, false},
		{"think think", 2, assemble.Frame, false},
		{strings.Repeat("pump ", 300), 255, assemble.Content, false},
	} {
		got := testAnalyzer(t).Query(c.query, "en", time.Time{}).Terms[0]
		if got.Count != c.count || got.Class != c.class || got.Possessive != c.possessive {
			t.Errorf("%q begins with %+v", c.query[:min(len(c.query), 40)], got)
		}
	}
}

// TestWordsOfAQuestionHaveClasses: what it is about, what form the answer has,
// what speaks of the talk itself, what names a day. Words without their
// apostrophe say as little as with it.
func TestWordsOfAQuestionHaveClasses(t *testing.T) {
	t.Parallel()
	got := map[string]assemble.Class{}
	for _, term := range testAnalyzer(t).Query("What kind of cheese didnt they mention in their conversation of 3 May 2024? Im asking.", "en", time.Now()).Terms {
		got[term.Word] = term.Class
	}
	want := map[string]assemble.Class{
		"kind": assemble.Frame, "cheese": assemble.Content, "mention": assemble.Talk, "conversation": assemble.Talk,
		"3": assemble.Date, "may": assemble.Date, "2024": assemble.Date, "asking": assemble.Content,
	}
	if !maps.Equal(got, want) {
		t.Errorf("classes %v, want %v", got, want)
	}
}

// TestStopWordsAloneMayBeAName: unless the caller says of which language they are.
func TestStopWordsAloneMayBeAName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query, language string
		want            []string
	}{
		{"Ha Noi", "", []string{"ha", "noi"}},
		{"Ha Noi", "it", nil},
		{"Hai visto Ha Noi con loro?", "", []string{"visto"}},
		{"What did I do?", "", nil},
	} {
		var got []string
		for _, term := range testAnalyzer(t).Query(c.query, c.language, time.Now()).Terms {
			got = append(got, term.Word)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q asks for %q, want %q", c.query, got, c.want)
		}
	}
}

func TestLongQueriesAreBounded(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 8000 {
		text.WriteString("w")
		for n := i; n > 0; n /= 10 {
			text.WriteByte("abcdefghij"[n%10])
		}
		text.WriteByte(' ')
	}
	q := testAnalyzer(t).Query("zebra "+text.String()+" giraffe", "en", time.Time{})
	if len(q.Terms) > maxQueryWords || q.Terms[0].Word != "zebra" || q.Terms[len(q.Terms)-1].Word != "giraffe" {
		t.Fatalf("%d terms, from %q to %q", len(q.Terms), q.Terms[0].Word, q.Terms[len(q.Terms)-1].Word)
	}
}
