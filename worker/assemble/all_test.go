package assemble_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// asked makes a context and tells how often the query was asked for.
func asked(w *world, r messages.AssembleRequest) (reply messages.AssembleReply, times int) {
	a := testAnalyzer(w.tb)
	reply = assemble.Assemble(assemble.Input{
		Session: w.session, User: w.user, Request: &r, Framing: a.Framing(), Now: w.now.UnixMilli(),
		Query: func() assemble.Query { times++; return a.Query(r.Query, "", w.now) },
	})
	return reply, times
}

// TestNothingIsRankedWhereThereIsRoomForAll: what a query costs is paid where
// something has to be left out, or explained.
func TestNothingIsRankedWhereThereIsRoomForAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, chatter(page.ShortTerm, 20), nil)
	all := messages.AssembleRequest{Query: "small talk", MaxTokens: 1000, Format: messages.FormatText}
	reply, times := asked(w, all)
	if len(reply.IDs) != 20 || times != 0 {
		t.Errorf("%d of 20 came, the query was asked for %d times", len(reply.IDs), times)
	}
	fewer, tighter, explained := all, all, all
	fewer.MaxItems, tighter.MaxTokens, explained.Explain = 19, reply.Tokens.Total-1, true
	for name, r := range map[string]messages.AssembleRequest{"max_items": fewer, "max_tokens": tighter, "explain": explained} {
		if _, times := asked(w, r); times != 1 {
			t.Errorf("%s: the query was asked for %d times, want once", name, times)
		}
	}
}

// sayings are what is said in a context, and by whom.
func sayings(r messages.AssembleReply) map[uint16]bool {
	said := map[uint16]bool{}
	for _, it := range r.Items {
		said[assemble.Saying(roleOf(it.Role), it.Name, it.Text)] = true
	}
	return said
}

// TestWhereThereIsRoomForAllRankingWouldChangeNothing: an item that is larger than
// the budget has the rest ranked, and the same comes.
func TestWhereThereIsRoomForAllRankingWouldChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		session := someItems([]page.Level{page.Immediate, page.ShortTerm}, "s").Draw(t, "session")
		user := someItems([]page.Level{page.LongTerm}, "u").Draw(t, "user")
		r := someRequest(t)
		r.MaxTokens, r.ReserveTokens, r.MaxItems, r.Explain, r.Format = 5000, 0, 0, false, messages.FormatItems
		ranked := newWorld(t, session, append(user, item("vast", page.LongTerm, strings.Repeat("garden ", 6000))))
		all, times := asked(newWorld(t, session, user), r)
		best, timesRanked := asked(ranked, r)
		if times != 0 || timesRanked != 1 {
			t.Fatalf("the query was asked for %d and %d times", times, timesRanked)
		}
		if !maps.Equal(sayings(all), sayings(best)) {
			t.Fatalf("all are %v, by rank %v", all.IDs, best.IDs)
		}
	})
}

// TestOfAllThatComesTheNewerIsKept: of two items that say the same, here as where
// something is left out.
func TestOfAllThatComesTheNewerIsKept(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 6)
	session[4].Text = session[2].Text
	for _, explain := range []bool{false, true} {
		reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "garden", MaxTokens: 500, Explain: explain})
		wantIDs(t, reply, session[0].ID, session[1].ID, session[3].ID, session[4].ID, session[5].ID)
		for _, c := range reply.Explain {
			want := "in: there was room for all"
			if c.ID == session[2].ID {
				want = "repeats item " + session[4].ID
			}
			if c.Verdict != want {
				t.Errorf("%s: %q, want %q", c.ID, c.Verdict, want)
			}
		}
	}
}

// TestAPinnedItemIsKeptOfTwoThatSayTheSame, where there is room for all as well.
func TestAPinnedItemIsKeptOfTwoThatSayTheSame(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 4)
	session[1].Flags, session[3].Text = page.Pinned, session[1].Text
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "garden", MaxTokens: 500})
	wantIDs(t, reply, session[0].ID, session[1].ID, session[2].ID)
}

// TestLiveTurnsWithoutAShareComeAsLines, however much room there is: they have
// no messages of their own.
func TestLiveTurnsWithoutAShareComeAsLines(t *testing.T) {
	t.Parallel()
	w := newWorld(t, append(chatter(page.Immediate, 10), item("note", page.ShortTerm, "The garden is watered on Mondays.")), nil)
	for _, tokens := range []int{100, 2000} {
		r := messages.AssembleRequest{Query: "garden", MaxTokens: tokens, Shares: &messages.Shares{ShortTerm: 1, LongTerm: 1}}
		r.Format = messages.FormatAnthropic
		if reply := w.ask(r); len(reply.Messages) != 0 || reply.System == "" {
			t.Errorf("of %d tokens: the system text is %q, and there are messages: %v", tokens, reply.System, reply.Messages)
		}
		r.Format = messages.FormatOpenAI // which an assistant may open
		if reply := w.ask(r); len(reply.Messages) != 1 || reply.Messages[0].Role != "system" {
			t.Errorf("of %d tokens: there are messages: %v", tokens, reply.Messages)
		}
	}
}

// TestWhatWasRoomForAllIsForgotten: the memory of an assembly with room for all
// is used by one without.
func TestWhatWasRoomForAllIsForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, chatter(page.ShortTerm, 20), nil)
	for range 20 { // others may have taken it meanwhile
		w.ask(messages.AssembleRequest{Query: "small talk", MaxTokens: 1000})
		for _, c := range w.ask(messages.AssembleRequest{Query: "small talk", MaxTokens: 100, Explain: true}).Explain {
			if c.In && c.Verdict != "in: by score" {
				t.Fatalf("%s: %q", c.ID, c.Verdict)
			}
		}
	}
}

// TestAGroupComesWithARepetition: what repeats an item comes all the same with
// the others of its group, and goes with them where all of them repeat others.
func TestAGroupComesWithARepetition(t *testing.T) {
	t.Parallel()
	for _, again := range []string{"The harbour is closed until Tuesday.", "Some small talk, part 1 of it, about nothing at all."} {
		session := chatter(page.ShortTerm, 4)
		for i := range session {
			session[i].Role = page.User
		}
		call, result := session[0], session[0]
		call.ID, call.Text, call.Group = "call", session[2].Text, "g" // which is looked at first, being newer
		result.ID, result.Text, result.Group = "result", again, "g"
		w := newWorld(t, append([]page.Item{result, call}, session...), nil)
		reply := w.ask(messages.AssembleRequest{Query: "garden", MaxTokens: 1000})
		if again == session[1].Text {
			wantIDs(t, reply, session[0].ID, session[1].ID, session[2].ID, session[3].ID)
			continue
		}
		wantIDs(t, reply, "result", "call", session[0].ID, session[1].ID, session[2].ID, session[3].ID)
	}
}

// TestAGroupThatBringsARepetitionKeepsTheOrder: a call that says what a newer turn says
// comes for the sake of its result, and is a message among the others.
func TestAGroupThatBringsARepetitionKeepsTheOrder(t *testing.T) {
	t.Parallel()
	const text = "Please look up whether the pump in the cellar is still under warranty."
	call := later(item("call", page.Immediate, text), time.Minute)
	result := later(spoken(item("result", page.ShortTerm, "Until May."), page.Tool, ""), 2*time.Minute)
	call.Group, result.Group = "g", "g"
	session := []page.Item{item("first", page.Immediate, "Good morning!"), call, result, later(item("again", page.Immediate, text), 3*time.Minute)}
	for _, format := range []messages.Format{messages.FormatItems, messages.FormatOpenAI, messages.FormatAnthropic} {
		r := newWorld(t, session, nil).ask(messages.AssembleRequest{MaxTokens: 500, Format: format})
		if want := []string{"result", "first", "call", "again"}; !slices.Equal(r.IDs, want) {
			t.Errorf("%s: %q come, want %q", format, r.IDs, want)
		}
	}
}
