package assemble_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

func TestDatesFavourTheirDays(t *testing.T) {
	t.Parallel()
	var session []page.Item
	for i := range 28 {
		session = append(session, later(item(fmt.Sprintf("day%02d", i), page.ShortTerm, fmt.Sprintf("Went for a walk with my friend %c.", 'A'+i)), time.Duration(i)*day))
	}
	w := newWorld(t, session, nil)
	wantIDs(t, w.ask(messages.AssembleRequest{Query: "Where did I walk on March 14?", MaxTokens: 500, MaxItems: 1}), "day10")
	w.now = testTime().AddDate(0, 0, 13)
	wantIDs(t, w.ask(messages.AssembleRequest{Query: "Where did I walk last Friday?", MaxTokens: 500, MaxItems: 1}), "day11")
	wantIDs(t, w.ask(messages.AssembleRequest{Query: "What happened yesterday?", MaxTokens: 500, MaxItems: 1}), "day12")
}

func TestHalfLifeFavoursTheNew(t *testing.T) {
	t.Parallel()
	session := []page.Item{item("old", page.ShortTerm, "The password of the router is in the drawer, the router drawer."), later(item("new", page.ShortTerm, "The router is on."), 20*day)}
	w := newWorld(t, session, nil)
	wantIDs(t, w.ask(messages.AssembleRequest{Query: "router drawer", MaxTokens: 500, MaxItems: 1}), "old")
	wantIDs(t, w.ask(messages.AssembleRequest{Query: "router drawer", MaxTokens: 500, MaxItems: 1, HalfLifeMS: (2 * day).Milliseconds()}), "new")
}

// TestWhatIsNewerThanNowIsNew, and no more: who asks as of an earlier moment does
// not get what came later for that alone.
func TestWhatIsNewerThanNowIsNew(t *testing.T) {
	t.Parallel()
	session := []page.Item{item("asked", page.ShortTerm, "The password of the router is in the drawer."), later(item("later", page.ShortTerm, "The router is on."), 20*day)}
	w := newWorld(t, session, nil)
	w.now = testTime()
	reply := w.ask(messages.AssembleRequest{Query: "router drawer", MaxTokens: 500, MaxItems: 1, HalfLifeMS: (2 * day).Milliseconds(), Explain: true})
	wantIDs(t, reply, "asked")
	for _, c := range reply.Explain {
		if c.Parts["recency"] != 1 {
			t.Errorf("%s: factor %v for its age, want 1", c.ID, c.Parts["recency"])
		}
	}
}

func TestImportanceLifts(t *testing.T) {
	t.Parallel()
	session := []page.Item{item("plain", page.ShortTerm, "The key is under the mat."), later(item("dull", page.ShortTerm, "The key is under the pot."), time.Minute)}
	session[0].Importance = 1
	session[1].Importance = 0
	wantIDs(t, newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "key", MaxTokens: 500, MaxItems: 1}), "plain")
	session[0].Importance = 0
	session[1].Importance = 1
	wantIDs(t, newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "key", MaxTokens: 500, MaxItems: 1}), "dull")
}

func TestUseLifts(t *testing.T) {
	t.Parallel()
	session := []page.Item{item("older", page.ShortTerm, "The key is under the mat."), later(item("newer", page.ShortTerm, "The key is under the pot."), time.Minute)}
	for _, want := range []int{0, 1} {
		session[want].Accesses, session[1-want].Accesses = 40, 3
		r := messages.AssembleRequest{Query: "key", MaxTokens: 500, MaxItems: 1, Explain: true}
		reply := newWorld(t, session, nil).ask(r)
		wantIDs(t, reply, session[want].ID)
		for i, c := range reply.Explain {
			// 1 + log2(41)/10, and 1 + log2(4)/10
			if wanted := []float64{1.5358, 1.2}[i]; math.Abs(c.Parts["accesses"]-wanted) > 1e-4 {
				t.Errorf("%s: factor %v for its use, want %v", c.ID, c.Parts["accesses"], wanted)
			}
		}
	}
}

func TestUseIsBoundedAndCountsOnlyWhenGiven(t *testing.T) {
	t.Parallel()
	session := []page.Item{item("asked", page.ShortTerm, "The key is under the mat."), item("used", page.ShortTerm, "Some small talk about nothing at all."), item("often", page.ShortTerm, "The lock has a key.")}
	session[1].Accesses, session[2].Accesses = messages.MaxAccesses, messages.MaxAccesses
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "Is the key under the mat?", MaxTokens: 500, MaxItems: 1, Explain: true})
	wantIDs(t, reply, "asked")
	for _, c := range reply.Explain {
		if use, given := c.Parts["accesses"]; given != (c.ID != "asked") || given && use != 2 {
			t.Errorf("%s: factor %v for its use", c.ID, use)
		}
	}
}
