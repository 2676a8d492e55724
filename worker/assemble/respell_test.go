package assemble_test

import (
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// bestOf returns the id of the item that is taken if only one may be.
func (w *world) bestOf(query string) string {
	return w.ask(messages.AssembleRequest{Query: query, MaxTokens: 1000, MaxItems: 1}).IDs[0]
}

func TestAMisspeltWordIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, append(chatter(page.ShortTerm, 40),
		later(item("wanted", page.ShortTerm, "The accordion needs new bellows."), day),
		later(item("newest", page.ShortTerm, "We painted the fence."), 2*day)), nil)
	for _, word := range []string{"accordion", "acordion", "accorrdion", "accardion", "accodrion", "accordions", "accordoins"} {
		if got := w.bestOf("Is the " + word + " all right?"); got != "wanted" {
			t.Errorf("%s: got %s", word, got)
		}
	}
	for _, word := range []string{"bccordion", "acxordxon"} {
		if got := w.bestOf("Is the " + word + " all right?"); got != "newest" {
			t.Errorf("%s is more than a slip, and got %s", word, got)
		}
	}
}

// TestAWordThatIsFoundIsNoSlip: what is written as asked comes before what is a
// letter off, and brings nothing else along.
func TestAWordThatIsFoundIsNoSlip(t *testing.T) {
	t.Parallel()
	w := newWorld(t, append(chatter(page.ShortTerm, 40),
		later(item("stable", page.ShortTerm, "The stable is empty."), day),
		later(item("staple", page.ShortTerm, "The staple is empty."), 2*day)), nil)
	for _, word := range []string{"stable", "staple"} {
		reply := w.ask(messages.AssembleRequest{Query: "the " + word + "?", MaxTokens: 1000, Explain: true})
		for _, c := range reply.Explain {
			if c.ID != word && c.Parts["match"] > 0 {
				t.Errorf("asked for the %s, %s matches by %v", word, c.ID, c.Parts["match"])
			}
		}
	}
}

// TestANameIsNoSlip: who is named speaks, and is seldom spoken of.
func TestANameIsNoSlip(t *testing.T) {
	t.Parallel()
	other := item("other", page.ShortTerm, "Marian sold the boat.")
	other.Name = "Bo"
	named := item("named", page.ShortTerm, "We painted the fence.")
	named.Name = "Marion"
	w := newWorld(t, []page.Item{other, named}, nil)
	for _, c := range w.ask(messages.AssembleRequest{Query: "Marion?", MaxTokens: 1000, Explain: true}).Explain {
		if c.Parts["match"] > 0 {
			t.Errorf("%s matches by %v", c.ID, c.Parts["match"])
		}
	}
}

// TestAWordThatTwoSlipsLeadToIsOne: a "c" may be put in on either side of
// another, and an item is found by both.
func TestAWordThatTwoSlipsLeadToIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []page.Item{item("alone", page.ShortTerm, "The accordion needs new bellows.")}, nil)
	for _, c := range w.ask(messages.AssembleRequest{Query: "acordion", MaxTokens: 500, Explain: true}).Explain {
		if !(c.Score > 0 && c.Parts["match"] > 0) {
			t.Errorf("score %v of %v", c.Score, c.Parts)
		}
	}
}
