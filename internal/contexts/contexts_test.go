// Package contexts holds what a caller of a running worker is promised of a
// context to a model that is written from the promises alone: it shares no code
// with what renders, and counts with the tokenizer itself.
package contexts

import (
	"fmt"
	"testing"
	"time"

	"github.com/tiktoken-go/tokenizer"
	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// TestContextsOfAWorker: whatever the items are, a context costs what is said
// and no more than it may, and nothing is left out that would have fitted.
func TestContextsOfAWorker(t *testing.T) {
	t.Parallel()
	codec, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		t.Fatal(err)
	}
	c := rig.Start(t).Client(func(o *client.Options) { o.Timeout = time.Minute })
	asked := 0
	rapid.Check(t, func(t *rapid.T) {
		m := model{items: someItems(t), count: func(text string) int {
			n, err := codec.Count(text)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}}
		asked++
		r := someRequest(t)
		r.Session, r.User = fmt.Sprint("s", asked), fmt.Sprint("u", asked)
		m.store(t, c, r)
		reply, err := c.Assemble(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		m.judge(t, r, reply)
	})
}

// store puts the items where they belong.
func (m *model) store(t *rapid.T, c *client.Client, r messages.AssembleRequest) {
	stores := map[messages.OwnerKind]*messages.StoreRequest{
		messages.SessionOwner: {Session: r.Session}, messages.UserOwner: {User: r.User},
	}
	for _, it := range m.items {
		s := stores[it.Level.OwnerKind()]
		s.Items = append(s.Items, it)
	}
	for _, s := range stores {
		if len(s.Items) == 0 {
			continue
		}
		if _, err := c.Store(t.Context(), *s); err != nil {
			t.Fatal(err)
		}
	}
}

// someItems draws items of odd texts and names.
func someItems(t *rapid.T) []messages.Item {
	items := make([]messages.Item, rapid.IntRange(0, 40).Draw(t, "items"))
	for i := range items {
		items[i] = messages.Item{
			ID: fmt.Sprint(i), Text: someText(t), Time: int64(1+rapid.IntRange(0, 40).Draw(t, "hour")) * 3_600_000,
			Level:  rapid.SampledFrom(messages.Levels[:]).Draw(t, "level"),
			Role:   rapid.SampledFrom(messages.Roles[:]).Draw(t, "role"),
			Name:   rapid.SampledFrom([]string{"", "", "Ana", "/bin", " odd", "\u00a0x", "search_api", "日本", "a:b", "\u0301z", "'s"}).Draw(t, "name"),
			Group:  rapid.SampledFrom([]string{"", "", "", "g1", "g2"}).Draw(t, "group"),
			Pinned: rapid.IntRange(0, 7).Draw(t, "pinned") == 0,
		}
	}
	return items
}

func someText(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.SampledFrom([]string{
		"garden", "Paris", "deploy", "tea", "?", "!", "\n", "\r\n", "\t", " ", "          ", "/tmp/x", "\n/", "<|endoftext|>", "cafe\u0301",
		"猫が好き", "👩‍👩‍👧‍👦", "🇩🇪", "שלום", "مرحبا", "2023", "12345678901", "…", "\x1b[0m", "\u200b", "\u2028", "\u00a0", "\ufeff",
		"DON'T", "'ſ", "user:", "=================================", "½", "हिन्दी", "\\n", "\"", "one very long sentence that takes up room ",
	}), 1, 20).Draw(t, "text")
	text := ""
	for _, p := range parts {
		text += p + rapid.SampledFrom([]string{"", " "}).Draw(t, "between")
	}
	return text
}

func someRequest(t *rapid.T) messages.AssembleRequest {
	r := messages.AssembleRequest{
		Query:     rapid.SampledFrom([]string{"", "garden in Paris?", "Ana tea", "xyzzy", "猫"}).Draw(t, "query"),
		MaxTokens: rapid.IntRange(1, 900).Draw(t, "max_tokens"),
		Format:    rapid.SampledFrom(messages.Formats[:]).Draw(t, "format"),
	}
	r.ReserveTokens = rapid.IntRange(0, r.MaxTokens-1).Draw(t, "reserve_tokens")
	return r
}
