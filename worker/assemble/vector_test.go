package assemble_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// meaning is a stand-in for an embedding model: a direction for each subject,
// with a part that all texts share and a part of its own.
func meaning(subject, own int) []float32 {
	v := make([]float32, 16)
	for i := range v {
		v[i] = 1 + float32(math.Sin(float64(own*16+i)))/4
	}
	v[subject] += 3
	return v
}

// paraphrases are questions that share no word with their answers.
func paraphrases() (session []page.Item, questions []string) {
	said := []string{
		"Signed the lease for the flat above the bakery.", "Kickboxing leaves me exhausted every Tuesday.",
		"My terrier chewed the sofa cushions.", "Handed in my notice on Monday.", "The twins start kindergarten soon.",
	}
	questions = []string{"new accommodation", "martial arts", "pets that misbehave", "quit employment", "little ones at school"}
	session = chatter(page.ShortTerm, 20)
	for i := range session {
		session[i].Embedding = meaning(8+i%8, i)
	}
	for i, s := range said {
		it := later(item(fmt.Sprintf("said%d", i), page.ShortTerm, s), -day)
		it.Embedding = meaning(i, 100+i)
		session = append(session, it)
	}
	return session, questions
}

func TestVectorsFindWhatWordsCannot(t *testing.T) {
	t.Parallel()
	session, questions := paraphrases()
	w := newWorld(t, session, nil)
	words, fused := 0, 0
	for i, q := range questions {
		want := fmt.Sprintf("said%d", i)
		r := messages.AssembleRequest{Query: q, MaxTokens: 1000, MaxItems: 1}
		if slices.Contains(w.ask(r).IDs, want) {
			words++
		}
		r.Embedding = meaning(i, 200+i)
		if slices.Contains(w.ask(r).IDs, want) {
			fused++
		}
	}
	if fused != len(questions) || words >= fused {
		t.Fatalf("words find %d of %d, with vectors %d", words, len(questions), fused)
	}
}

func TestWithoutAQueryVectorNothingChanges(t *testing.T) {
	t.Parallel()
	session, questions := paraphrases()
	with := newWorld(t, session, nil)
	for i := range session {
		session[i].Embedding = nil
	}
	without := newWorld(t, session, nil)
	for _, q := range questions {
		r := messages.AssembleRequest{Query: q, MaxTokens: 200, Explain: true}
		a, b := with.ask(r), without.ask(r)
		if !slices.Equal(a.IDs, b.IDs) || len(a.Explain) != len(b.Explain) {
			t.Fatalf("%v and %v", a.IDs, b.IDs)
		}
	}
}

func TestVectorsOfAnotherDimensionAreIgnoredAndExplained(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 4)
	session[1].Embedding = []float32{1, 0, 0}
	session[2].Embedding = []float32{1, 0}
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "small talk", MaxTokens: 500, Explain: true, Embedding: []float32{1, 0}})
	for _, c := range reply.Explain {
		_, compared := c.Parts["vector"]
		noted := strings.Contains(c.Verdict, "embedding of 3 numbers cannot be compared with the query's of 2")
		if compared != (c.ID == "chat02") || noted != (c.ID == "chat01") || !noted && strings.Contains(c.Verdict, "embedding") {
			t.Errorf("%+v", c)
		}
	}
}

func TestWordsAndVectorsTogether(t *testing.T) {
	t.Parallel()
	session, _ := paraphrases()
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "kickboxing", MaxTokens: 1000, MaxItems: 2, Embedding: meaning(0, 300)})
	if !slices.Contains(reply.IDs, "said0") || !slices.Contains(reply.IDs, "said1") {
		t.Fatalf("got %v, want what words find and what vectors find", reply.IDs)
	}
}

// TestOddVectorsDoNotUndoTheComparison: what is allowed in one item, numbers
// whose squares are none and nothing but zeros, leaves the others as they are.
func TestOddVectorsDoNotUndoTheComparison(t *testing.T) {
	t.Parallel()
	session, questions := paraphrases()
	r := messages.AssembleRequest{Query: questions[0], Embedding: meaning(0, 7), MaxTokens: 5000, MaxItems: 3}
	want := newWorld(t, session, nil).ask(r).IDs
	for _, size := range []float32{3e38, 0} {
		odd := item("odd", page.ShortTerm, "Something else.")
		odd.Embedding = make([]float32, 16)
		for i := range odd.Embedding {
			odd.Embedding[i] = float32(1-i%2*2) * size
		}
		wantIDs(t, newWorld(t, append(session, odd), nil).ask(r), want...)
	}
}

// TestAVectorThatIsAloneIsAsNearAsItIs: there is nothing that it stands out from.
func TestAVectorThatIsAloneIsAsNearAsItIs(t *testing.T) {
	t.Parallel()
	for want, embedding := range map[float64][]float32{0: {-1, 0}, 0.6: {3, 4}, 1: {2, 0}} {
		session := append(chatter(page.ShortTerm, 4), item("alone", page.ShortTerm, "Signed the lease."))
		session[4].Embedding = embedding
		reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "zebra", MaxTokens: 500, Explain: true, Embedding: []float32{1, 0}})
		for _, c := range reply.Explain {
			if got := c.Parts["vector"]; c.ID == "alone" && math.Abs(got-want) > 1e-6 {
				t.Errorf("%v adds %v to a score, want %v", embedding, got, want)
			}
		}
	}
}
