package embed_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
)

// planted are things said, each with a question that shares neither a word
// with it nor a concept that the worker knows.
var planted = []struct{ said, question string }{
	{"Signed the lease for the flat above the bakery.", "new accommodation"},
	{"Skipped dessert again, doctor's orders.", "watching her sugar"},
	{"My terrier chewed the sofa cushions.", "pets that misbehave"},
	{"Handed in my notice on Monday.", "quit employment"},
	{"The bank turned us down once more.", "why the loan failed"},
}

// subjects stands in for a model: what is said and its question point almost
// the same way, and all else another way.
func subjects(text string) []float32 {
	v := make([]float32, len(planted)+8)
	var sum int
	for i := range len(text) {
		sum += int(text[i]) * (i + 1)
	}
	for i := range v {
		v[i] = 1 + float32(math.Sin(float64(sum+i)))/4
	}
	subject := len(planted) + sum%8
	for i, p := range planted {
		if text == p.said || text == p.question {
			subject = i
		}
	}
	v[subject] += 3
	return v
}

// The whole way: the helper, the client, a server and a worker.
func TestEmbeddingsFindWhatWordsCannot(t *testing.T) {
	t.Parallel()
	c, endpoint := rig.Start(t).Client(), newFake(t, backwards(subjects))
	store := messages.StoreRequest{Session: "s"}
	for i, p := range planted {
		store.Items = append(store.Items, messages.Item{ID: fmt.Sprint("said", i), Level: messages.ShortTerm, Text: p.said, Time: int64(1 + i)})
	}
	for i := range 30 {
		text := fmt.Sprintf("Some small talk, part %d of it, about nothing at all.", i)
		store.Items = append(store.Items, messages.Item{Level: messages.ShortTerm, Text: text, Time: int64(1000 + i)})
	}
	if err := endpoint.Items(t.Context(), store.Items); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Store(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	byWords, fused := 0, 0
	for i, p := range planted {
		ask := messages.AssembleRequest{Session: "s", Query: p.question, MaxTokens: 500, MaxItems: 1}
		find := func() int {
			got, err := c.Assemble(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(got.IDs, fmt.Sprint("said", i)) {
				return 1
			}
			return 0
		}
		byWords += find()
		if err := endpoint.Query(t.Context(), &ask); err != nil {
			t.Fatal(err)
		}
		fused += find()
	}
	if byWords != 0 || fused != len(planted) {
		t.Fatalf("of %d, words find %d and embeddings %d; want none and all", len(planted), byWords, fused)
	}
}
