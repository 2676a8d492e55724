package assemble_test

import (
	"slices"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestTheNewestOfBothPagesCome: where nothing else tells items apart their
// times do, whichever page they are in.
func TestTheNewestOfBothPagesCome(t *testing.T) {
	t.Parallel()
	at := func(hours int, it page.Item) page.Item { return later(it, time.Duration(hours)*time.Hour) }
	session := []page.Item{
		at(0, item("note0", page.ShortTerm, "The fence is painted.")),
		at(4, item("note4", page.ShortTerm, "The gate squeaks.")),
		at(5, item("note5", page.ShortTerm, "The lamp is new.")),
	}
	user := []page.Item{
		at(1, item("fact1", page.LongTerm, "Ana rows.")),
		at(3, item("fact3", page.LongTerm, "Bo bakes bread.")),
		at(5, item("fact5", page.LongTerm, "Cleo paints.")),
	}
	w := newWorld(t, session, user)
	for most, want := range map[int][]string{
		1: {"fact5"},
		2: {"fact5", "note5"},
		3: {"fact5", "note4", "note5"},
		4: {"fact3", "fact5", "note4", "note5"},
		5: {"fact1", "fact3", "fact5", "note4", "note5"},
	} {
		if got := slices.Sorted(slices.Values(w.ask(messages.AssembleRequest{MaxTokens: 5000, MaxItems: most}).IDs)); !slices.Equal(got, want) {
			t.Errorf("the newest %d are %v, want %v", most, got, want)
		}
	}
}
