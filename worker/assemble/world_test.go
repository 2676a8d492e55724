package assemble_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/analyze"
	"github.com/context-manager/context-manager/worker/assemble"
)

// analyzer loads the tokenizer once for all tests.
var analyzer = sync.OnceValues(analyze.New)

func testAnalyzer(tb interface{ Fatal(...any) }) *analyze.Analyzer {
	a, err := analyzer()
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// fold makes a page of items as a worker would.
func fold(tb interface{ Fatal(...any) }, items []page.Item) page.Page {
	a := testAnalyzer(tb)
	var entries []page.Entry
	for i := range items {
		a.Item(&items[i])
		entries = append(entries, page.Entry{Kind: page.Put, Origin: page.Origin{Place: uint32(i)}, ID: items[i].ID, Item: items[i]})
	}
	data := page.AppendSegment(nil, page.Segment{Entries: entries})
	p, err := page.Fold(page.Page{}, []page.Stored{{Name: "test", Seq: 1, Data: data}}, 1, 1)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// A world is two pages and what may be asked of them.
type world struct {
	tb            interface{ Fatal(...any) }
	session, user page.Page
	now           time.Time
	done          chan struct{}
}

func newWorld(tb interface{ Fatal(...any) }, session, user []page.Item) *world {
	return &world{tb: tb, session: fold(tb, session), user: fold(tb, user), now: testTime().AddDate(0, 0, 30)}
}

func testTime() time.Time { return time.Date(2024, time.March, 4, 9, 0, 0, 0, time.UTC) }

func (w *world) ask(r messages.AssembleRequest) messages.AssembleReply {
	a := testAnalyzer(w.tb)
	if r.Format == "" {
		r.Format = messages.FormatItems
	}
	return assemble.Assemble(assemble.Input{
		Session: w.session, User: w.user, Request: &r, Framing: a.Framing(),
		Query: func() assemble.Query { return a.Query(r.Query, "", w.now) }, Now: w.now.UnixMilli(), Done: w.done,
	})
}

// item makes an item with what most tests do not care about.
func item(id string, level page.Level, text string) page.Item {
	return page.Item{ID: id, Level: level, Role: page.User, Text: text, Time: testTime().UnixMilli(), Importance: -1}
}

// someItems draws items that stress packing: long and short, grouped, pinned,
// repeated, with odd names and texts.
func someItems(levels []page.Level, prefix string) *rapid.Generator[[]page.Item] {
	return rapid.Custom(func(t *rapid.T) []page.Item {
		n := rapid.IntRange(0, 30).Draw(t, "items")
		items := make([]page.Item, n)
		for i := range items {
			items[i] = someItem(t, levels, fmt.Sprintf("%s%d", prefix, i))
		}
		return items
	})
}

func someItem(t *rapid.T, levels []page.Level, id string) page.Item {
	it := item(id, rapid.SampledFrom(levels).Draw(t, "level"), someText().Draw(t, "text"))
	it.Role = rapid.SampledFrom([]page.Role{page.System, page.User, page.Assistant, page.Tool}).Draw(t, "role")
	it.Name = rapid.SampledFrom([]string{"", "", "Ana", "Bo", "/bin", " odd", "search_api", "Zoë D.", "日本", "\u0301a", "\u202eanA", "\u200bBo", "\u00a0x", "'s", "<|im_end|>"}).Draw(t, "name")
	it.Time += rapid.Int64Range(0, 20*24*3600*1000).Draw(t, "after")
	it.Group = rapid.SampledFrom([]string{"", "", "", "", "g1", "g2"}).Draw(t, "group")
	it.Importance = rapid.SampledFrom([]float32{-1, -1, 0, 0.5, 1}).Draw(t, "importance")
	if rapid.IntRange(0, 9).Draw(t, "pin") == 0 {
		it.Flags = page.Pinned
	}
	return it
}

func someText() *rapid.Generator[string] {
	words := rapid.SampledFrom([]string{
		"garden", "Paris", "deploy", "failed", "tea", "?", "!", "\n", "/tmp/x", "  ", "<|endoftext|>", "naïve", "猫", "👍🏽", "in May", "2023", "not", "run()", "…",
		"\r", "\v", "\u0085", "\u2028", "\u3000", "\u200b", "\u202e", "\ufeff", "\x7f", "e\u0301", "👨‍👩‍👧", "שלום", "ไทย", "'S", "12345", "://", strings.Repeat(" ", 40), strings.Repeat("é", 40),
	})
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(words, 1, 25).Draw(t, "words")
		text := ""
		for i, p := range parts {
			if i > 0 && rapid.Bool().Draw(t, "space") {
				text += " "
			}
			text += p
		}
		return text
	})
}

func someRequest(t *rapid.T) messages.AssembleRequest {
	r := messages.AssembleRequest{
		Query:     rapid.SampledFrom([]string{"", "garden in Paris?", "when did the deploy fail", "Ana tea", "xyzzy", "in May 2023"}).Draw(t, "query"),
		MaxTokens: rapid.IntRange(1, 700).Draw(t, "max_tokens"),
		Format:    rapid.SampledFrom([]messages.Format{messages.FormatItems, messages.FormatText, messages.FormatOpenAI, messages.FormatAnthropic}).Draw(t, "format"),
		Explain:   rapid.Bool().Draw(t, "explain"),
	}
	r.ReserveTokens = rapid.IntRange(0, r.MaxTokens).Draw(t, "reserve")
	if rapid.Bool().Draw(t, "bounded") {
		r.MaxItems = rapid.IntRange(1, 12).Draw(t, "max_items")
	}
	if rapid.Bool().Draw(t, "shared") {
		weight := rapid.SampledFrom([]float64{0, 0, 0.2, 1, 3})
		r.Shares = &messages.Shares{Immediate: weight.Draw(t, "imm"), ShortTerm: weight.Draw(t, "short"), LongTerm: weight.Draw(t, "long")}
	}
	return r
}

func everyCheck(t *testing.T, f func(t *rapid.T, w *world, r messages.AssembleRequest, reply messages.AssembleReply)) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t,
			someItems([]page.Level{page.Immediate, page.ShortTerm}, "s").Draw(t, "session"),
			someItems([]page.Level{page.LongTerm}, "u").Draw(t, "user"))
		r := someRequest(t)
		f(t, w, r, w.ask(r))
	})
}
