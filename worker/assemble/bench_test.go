package assemble_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// talk makes a conversation of two people whose words are used as often as
// words of a language are: the n-th most frequent one n times less than the first.
func talk(turns int) []page.Item {
	random := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(random, 1.1, 8, 4000)
	items := make([]page.Item, turns)
	for i := range items {
		var text strings.Builder
		for n := range 12 + random.IntN(16) {
			if n > 0 {
				text.WriteByte(' ')
			}
			text.WriteString(wordNumber(zipf.Uint64()))
		}
		text.WriteByte(".?"[random.IntN(2)])
		items[i] = item(fmt.Sprintf("turn-%05d", i), page.ShortTerm, text.String())
		items[i].Name = []string{"Ana", "Bo"}[i%2]
		items[i].Time += int64(i/20) * 24 * 3600 * 1000
	}
	return items
}

// everyday are words that belong to concepts, spread over the ranks.
func everyday() []string {
	return strings.Fields("dog paint beach doctor guitar boss cake brother train garden novel lease turtle marathon violin cinema")
}

// wordNumber spells a number with syllables, so that it looks like a word.
func wordNumber(n uint64) string {
	if words := everyday(); n%40 == 13 && n/40 < uint64(len(words)) {
		return words[n/40]
	}
	const consonants, vowels = "bdfgklmnprst", "aeiou"
	word := []byte{}
	for n += 7; n > 0; n /= 60 {
		word = append(word, consonants[n%12], vowels[n/12%5])
	}
	return string(word)
}

// question asks a talk of so many turns for what makes ranking work: words
// that are often and seldom used, a name, words of concepts, "when".
func question(tb interface{ Fatal(...any) }, turns, tokens int) assemble.Input {
	a := testAnalyzer(tb)
	in := assemble.Input{
		Session: fold(tb, talk(turns)),
		Request: &messages.AssembleRequest{MaxTokens: tokens, Format: messages.FormatText},
		Framing: a.Framing(),
	}
	in.Now = in.Session.Row(turns - 1).Time
	words := []string{wordNumber(20), wordNumber(60), wordNumber(150), wordNumber(400), wordNumber(900)}
	query := a.Query("When did Ana's pet "+strings.Join(words, " ")+" the hobby?", "", time.UnixMilli(in.Now))
	in.Query = func() assemble.Query { return query }
	return in
}

func BenchmarkAssemble(b *testing.B) {
	for _, size := range []struct{ turns, tokens int }{{40, 2048}, {40, 512}, {600, 2048}, {10_000, 2048}} { // there is room for all of the first
		b.Run(fmt.Sprintf("items=%d/tokens=%d", size.turns, size.tokens), func(b *testing.B) {
			in := question(b, size.turns, size.tokens)
			b.ReportAllocs()
			for b.Loop() {
				if reply := assemble.Assemble(in); len(reply.IDs) < size.turns && reply.Tokens.Total < size.tokens*9/10 {
					b.Fatal("the budget was not filled")
				}
			}
		})
	}
}

// TestAssembleAllocatesLittle: ids, text, and what else a reply is made of. The
// workspace is used again, unless the pool lost it, so the best of some runs
// counts. AllocsPerRun counts the whole program, so this test is not parallel.
func TestAssembleAllocatesLittle(t *testing.T) { //nolint:paralleltest // as said
	for _, turns := range []int{40, 600} {
		in := question(t, turns, 2048)
		least := 1e9
		for range 20 {
			least = min(least, testing.AllocsPerRun(1, func() { assemble.Assemble(in) }))
		}
		if least > 10 {
			t.Errorf("%v allocations for a context of %d items, want 10 at most", least, turns)
		}
	}
}
