package assemble_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestTheExplainedPartsMakeTheScore: what is told of a score is told apart from
// how it is computed, by a table.
func TestTheExplainedPartsMakeTheScore(t *testing.T) {
	t.Parallel()
	noted := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		session := someItems([]page.Level{page.ShortTerm}, "s").Draw(t, "session")
		for i := range session {
			session[i].Embedding = rapid.SampledFrom([][]float32{nil, {1, 0}, {1, 1}, {0, 1}, {-1, 0}}).Draw(t, "embedding")
		}
		w := newWorld(t, session, someItems([]page.Level{page.LongTerm}, "u").Draw(t, "user"))
		reply := w.ask(messages.AssembleRequest{
			Query:     rapid.SampledFrom([]string{"when did the deploy fail", "who had tea in the garden", "which book is of Paris", "how many gardens", "tea"}).Draw(t, "query"),
			Embedding: rapid.SampledFrom([][]float32{nil, {1, 0.2}, {1}}).Draw(t, "of the query"),
			MaxTokens: 700, Explain: true,
		})
		for _, c := range reply.Explain {
			if len(c.Parts) == 0 {
				continue // nothing to rank by
			}
			score := c.Parts["match"] + c.Parts["vector"] + c.Parts["prior"]
			for part, v := range c.Parts {
				noted[part] = true
				if part != "match" && part != "vector" && part != "prior" {
					score *= v
				}
			}
			if math.Abs(score-c.Score) > 1e-5*max(1, score) {
				t.Fatalf("the parts %v make %v, the score is %v", c.Parts, score, c.Score)
			}
		}
	})
	for _, part := range []string{"when", "entity", "number", "vector", "level"} {
		if !noted[part] {
			t.Errorf("no item had the part %q", part)
		}
	}
}

// TestIAndYouNameWhoAsksAndAnswers: what "I" did is looked for with the one user
// of a talk and in facts, what "you" did with the assistant. Where there are
// several users, or somebody is named, they say nothing.
func TestIAndYouNameWhoAsksAndAnswers(t *testing.T) {
	t.Parallel()
	lentils := func(user, other, assistant string) *world {
		return newWorld(t, []page.Item{
			spoken(item("mine", page.ShortTerm, "Lentils with lemon."), page.User, user),
			later(spoken(item("other", page.ShortTerm, "Lentils without."), page.User, other), 48*time.Hour),
			later(spoken(item("yours", page.ShortTerm, "Lentils with lemon!"), page.Assistant, assistant), 96*time.Hour),
		}, []page.Item{item("fact", page.LongTerm, "Likes lentils.")})
	}
	lead := func(w *world, query string) (leads []string) {
		for _, c := range w.ask(messages.AssembleRequest{Query: query, MaxTokens: 1000, Explain: true}).Explain {
			if _, ok := c.Parts["speaker"]; ok {
				leads = append(leads, c.ID)
			}
		}
		slices.Sort(leads)
		return leads
	}
	unnamed, named, many := lentils("", "", ""), lentils("Ana", "Ana", "Helper"), lentils("Ana", "Bo", "Helper")
	for _, c := range []struct {
		w     *world
		query string
		want  []string
	}{
		{unnamed, "Which lentils did I cook?", []string{"fact", "mine", "other"}},
		{unnamed, "Which lentils did you recommend?", []string{"yours"}},
		{unnamed, "Which lentils are there?", nil},
		{named, "Which lentils did I cook?", []string{"fact", "mine", "other"}},
		{named, "Which lentils did you recommend?", []string{"yours"}},
		{many, "Which lentils did I cook?", nil},
		{many, "Which lentils did you recommend?", []string{"yours"}},
		{many, "Which lentils did Bo cook for you?", []string{"other"}},
	} {
		if got := lead(c.w, c.query); !slices.Equal(got, c.want) {
			t.Errorf("%q is about %v, want %v", c.query, got, c.want)
		}
	}
}
