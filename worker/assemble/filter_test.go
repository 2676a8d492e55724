package assemble_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestWhatAFilterExcludesSaysNothing: a word that only an item holds which may
// not come is like a word that no item holds.
func TestWhatAFilterExcludesSaysNothing(t *testing.T) {
	t.Parallel()
	var user []page.Item
	for i, text := range []string{
		"The zeppelin is parked behind the old house near the river.",
		"Likes tea, coffee, long walks on sandy beaches, chess, cooking Italian food.", "Moved.",
	} {
		it := later(item(strconv.Itoa(i), page.LongTerm, text), time.Duration(i)*time.Hour)
		it.Metadata = []page.Pair{{Key: "shown", Value: strconv.FormatBool(i > 0)}}
		user = append(user, it)
	}
	w, shown := newWorld(t, nil, user), &messages.Filter{Metadata: map[string]string{"shown": "true"}}
	wantIDs(t, w.ask(messages.AssembleRequest{Query: "zeppelin", MaxTokens: 1000, MaxItems: 1}), "0")
	wantIDs(t, w.ask(messages.AssembleRequest{Query: "zeppelin", MaxTokens: 1000, MaxItems: 1, Filter: shown}), "2")
}

func TestFiltersHold(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 10)
	session[4].Metadata = []page.Pair{{Key: "topic", Value: "tea"}}
	w := newWorld(t, session, []page.Item{item("fact", page.LongTerm, "Some small talk")})
	ask := func(f messages.Filter) messages.AssembleReply {
		return w.ask(messages.AssembleRequest{Query: "small talk", MaxTokens: 1000, Filter: &f, Explain: true})
	}
	wantIDs(t, ask(messages.Filter{Metadata: map[string]string{"topic": "tea"}}), "chat04")
	wantIDs(t, ask(messages.Filter{Levels: []messages.Level{messages.LongTerm}}), "fact")
	reply := ask(messages.Filter{Roles: []messages.Role{messages.Assistant}, Levels: []messages.Level{messages.ShortTerm}})
	wantIDs(t, reply, "chat01", "chat03", "chat05", "chat07", "chat09")
	if len(reply.Explain) != 5 {
		t.Errorf("%d candidates, want those that pass the filter", len(reply.Explain))
	}
	at := session[6].Time
	wantIDs(t, ask(messages.Filter{After: at, Before: session[7].Time}), "chat06")
}

func TestExpiredItemsAreNotThere(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 3)
	session[1].Expires = session[1].Time + 1000
	w := newWorld(t, session, nil)
	wantIDs(t, w.ask(messages.AssembleRequest{MaxTokens: 500}), "chat00", "chat02")
	w.now = time.UnixMilli(session[1].Expires)
	wantIDs(t, w.ask(messages.AssembleRequest{MaxTokens: 500}), "chat00", "chat02")
	w.now = w.now.Add(-time.Millisecond)
	wantIDs(t, w.ask(messages.AssembleRequest{MaxTokens: 500}), "chat00", "chat01", "chat02")
}

// TestAFilterTakesGroupsOutWhole: they come together or not at all, and what has
// expired or was deleted is of no group any more.
func TestAFilterTakesGroupsOutWhole(t *testing.T) {
	t.Parallel()
	call := spoken(item("call", page.ShortTerm, `weather {"city": "Oslo"}`), page.Assistant, "")
	result := later(spoken(item("result", page.ShortTerm, "2 degrees, snow"), page.Tool, "weather"), time.Minute)
	note := later(spoken(item("note", page.ShortTerm, "Boots are in the cellar."), page.Assistant, ""), 2*time.Minute)
	call.Group, result.Group = "c", "c"
	call.Flags = page.Pinned
	w := newWorld(t, []page.Item{call, result, note}, nil)
	for name, f := range map[string]messages.Filter{
		"role": {Roles: []messages.Role{messages.Assistant}}, "time": {After: result.Time}, "before": {Before: result.Time},
	} {
		for _, tokens := range []int{20, 500} {
			reply := w.ask(messages.AssembleRequest{Query: "weather in Oslo", MaxTokens: tokens, Filter: &f, Explain: true})
			if slices.Contains(reply.IDs, "call") || slices.Contains(reply.IDs, "result") || slices.Contains(reply.IDs, "note") != (name != "before") {
				t.Errorf("%s, %d tokens: %v came", name, tokens, reply.IDs)
			}
			if len(reply.Explain) != len(reply.IDs) {
				t.Errorf("%s, %d tokens: %+v", name, tokens, reply.Explain)
			}
		}
	}
	only := messages.AssembleRequest{MaxTokens: testAnalyzer(t).Count("assistant: Boots are in the cellar.\n"), Filter: &messages.Filter{Roles: []messages.Role{messages.Assistant}}, Format: messages.FormatText}
	if reply, times := asked(w, only); len(reply.IDs) != 1 || times != 0 {
		t.Errorf("%v came, and the query was asked for %d times: what is left out takes no room", reply.IDs, times)
	}
	wantIDs(t, w.ask(messages.AssembleRequest{MaxTokens: 500, Filter: &messages.Filter{Before: note.Time}}), "call", "result")
	result.Expires = w.now.UnixMilli()
	wantIDs(t, newWorld(t, []page.Item{call, result, note}, nil).ask(messages.AssembleRequest{
		MaxTokens: 500, Filter: &messages.Filter{Roles: []messages.Role{messages.Assistant}},
	}), "call", "note")
}
