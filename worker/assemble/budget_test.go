package assemble_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// rendered counts what a caller would count, with the tokenizer, on what it got.
func rendered(tb interface{ Fatal(...any) }, r messages.AssembleReply) int {
	a := testAnalyzer(tb)
	if len(r.Items) > 0 {
		var lines []byte
		for _, it := range r.Items {
			lines = assemble.AppendLine(lines, roleOf(it.Role), it.Name, it.Text)
		}
		return a.Count(string(lines))
	}
	total := a.Count(r.Text)
	if r.System != "" {
		total += 4 + a.Count(r.System)
	}
	for _, m := range r.Messages {
		total += 3 + a.Count(m.Role) + a.Count(m.Content)
		if m.Name != "" {
			total += 1 + a.Count(m.Name)
		}
	}
	if total > 0 && r.Text == "" {
		total += 3
	}
	return total
}

func roleOf(r messages.Role) page.Role {
	switch r {
	case messages.System:
		return page.System
	case messages.Assistant:
		return page.Assistant
	case messages.Tool:
		return page.Tool
	default:
		return page.User
	}
}

func TestTheBudgetIsNeverExceeded(t *testing.T) {
	t.Parallel()
	everyCheck(t, func(t *rapid.T, _ *world, r messages.AssembleRequest, reply messages.AssembleReply) {
		budget := r.MaxTokens - r.ReserveTokens
		if got := rendered(t, reply); got > budget {
			t.Fatalf("%d tokens rendered, the budget is %d", got, budget)
		}
		if r.MaxItems > 0 && len(reply.IDs) > r.MaxItems {
			t.Fatalf("%d items, at most %d were asked for", len(reply.IDs), r.MaxItems)
		}
	})
}

func TestCountsEqualTheTokenizers(t *testing.T) {
	t.Parallel()
	everyCheck(t, func(t *rapid.T, _ *world, r messages.AssembleRequest, reply messages.AssembleReply) {
		if got := rendered(t, reply); got != reply.Tokens.Total {
			t.Fatalf("the reply says %d tokens, the tokenizer %d\n%q\n%q\n%q", reply.Tokens.Total, got, reply.Text, reply.System, reply.Messages)
		}
		n := reply.Tokens
		if n.Immediate+n.ShortTerm+n.LongTerm+n.Overhead != n.Total || n.Overhead < 0 {
			t.Fatalf("parts do not add up: %+v", n)
		}
	})
}

func TestGroupsComeWhole(t *testing.T) {
	t.Parallel()
	everyCheck(t, func(t *rapid.T, w *world, _ messages.AssembleRequest, reply messages.AssembleReply) {
		for _, p := range []page.Page{w.session, w.user} {
			seen, members := map[string]int{}, map[string]int{}
			for i := range p.Len() {
				if g := p.GroupName(i); g != "" {
					members[g]++
					if slices.Contains(reply.IDs, p.ID(i)) {
						seen[g]++
					}
				}
			}
			for g, n := range seen {
				if n != members[g] {
					t.Fatalf("%d of the %d items of group %s came", n, members[g], g)
				}
			}
		}
	})
}

// TestNothingThatFitsIsLeftOut: what is left out and repeats nothing is larger
// than what is left of the budget.
func TestNothingThatFitsIsLeftOut(t *testing.T) {
	t.Parallel()
	everyCheck(t, func(t *rapid.T, w *world, r messages.AssembleRequest, reply messages.AssembleReply) {
		r.Explain = true
		reply = w.ask(r)
		left := reply.Tokens.Max - reply.Tokens.Total
		if r.MaxItems > 0 && len(reply.IDs) == r.MaxItems {
			return
		}
		if r.Format == messages.FormatOpenAI || r.Format == messages.FormatAnthropic {
			f := testAnalyzer(t).Framing() // the first line of a system text brings its heading
			left -= f.Facts.Tokens + f.Earlier.Tokens + f.Message + f.Priming
		}
		for _, c := range reply.Explain {
			if !c.In && c.Tokens <= left && !strings.Contains(c.Verdict, "repeats") && !strings.Contains(c.Verdict, "group") && !strings.Contains(c.Verdict, "max_items") {
				t.Fatalf("%s of %d tokens was left out (%s) while %d were left", c.ID, c.Tokens, c.Verdict, left)
			}
		}
	})
}

// TestAPinnedItemThatFitsAloneIsIn: nothing that is not pinned takes its room.
func TestAPinnedItemThatFitsAloneIsIn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		session := someItems([]page.Level{page.Immediate, page.Immediate, page.ShortTerm}, "s").Draw(t, "session")
		pin := someItem(t, []page.Level{page.Immediate, page.ShortTerm}, "pin")
		pin.Flags, pin.Group = page.Pinned, ""
		pin.Name = rapid.SampledFrom([]string{"", "Ana", strings.Repeat("a long name ", 6) + "x"}).Draw(t, "pinned_name")
		for i := range session {
			session[i].Flags &^= page.Pinned
		}
		r := someRequest(t)
		if alone := newWorld(t, []page.Item{pin}, nil).ask(r); len(alone.IDs) == 0 {
			return
		}
		if got := newWorld(t, append(session, pin), nil).ask(r); !slices.Contains(got.IDs, "pin") {
			t.Fatalf("the pinned item is not in %v", got.IDs)
		}
	})
}

// TestNamesPastThoseThatHaveNumbersAreCounted: a page numbers some 65,000
// speakers; the names of all others are still told, and paid for.
func TestNamesPastThoseThatHaveNumbersAreCounted(t *testing.T) {
	t.Parallel()
	session := make([]page.Item, 65_600)
	for i := range session {
		session[i] = item(strconv.Itoa(i), page.Immediate, "hm")
		session[i].Time += int64(i)
		session[i].Name = "n" + strconv.Itoa(i)
		if last := len(session) - 1; i != last && i > last-10 {
			session[i].Name = strings.Repeat("Qx7_", 14) + strconv.Itoa(i)
		}
	}
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{MaxTokens: 700, Shares: &messages.Shares{Immediate: 1}, Format: messages.FormatOpenAI})
	if got := rendered(t, reply); got != reply.Tokens.Total || got > 700 {
		t.Errorf("the reply says %d tokens of 700, the tokenizer %d", reply.Tokens.Total, got)
	}
}

// TestExplainingChangesNothing: what is not explained is packed with fewer steps.
func TestExplainingChangesNothing(t *testing.T) {
	t.Parallel()
	everyCheck(t, func(t *rapid.T, w *world, r messages.AssembleRequest, reply messages.AssembleReply) {
		r.Explain = !r.Explain
		if other := w.ask(r); !slices.Equal(other.IDs, reply.IDs) || other.Tokens != reply.Tokens {
			t.Fatalf("%v with %+v, and %v with %+v", reply.IDs, reply.Tokens, other.IDs, other.Tokens)
		}
	})
}

func TestNothingComesTwice(t *testing.T) {
	t.Parallel()
	everyCheck(t, func(t *rapid.T, _ *world, _ messages.AssembleRequest, reply messages.AssembleReply) {
		ids := slices.Clone(reply.IDs)
		slices.Sort(ids)
		if n := len(ids); n != len(slices.Compact(ids)) {
			t.Fatalf("an item came twice: %v", reply.IDs)
		}
	})
}

func TestExplainCoversEveryItem(t *testing.T) {
	t.Parallel()
	everyCheck(t, func(t *rapid.T, w *world, r messages.AssembleRequest, reply messages.AssembleReply) {
		if !r.Explain {
			return
		}
		if len(reply.Explain) != w.session.Len()+w.user.Len() {
			t.Fatalf("%d of %d items explained", len(reply.Explain), w.session.Len()+w.user.Len())
		}
		for _, c := range reply.Explain {
			if c.In != slices.Contains(reply.IDs, c.ID) || c.Verdict == "" {
				t.Fatalf("%+v does not say what happened", c)
			}
		}
	})
}
