package worker

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/worker/operations"
)

// onBothLanes runs a test once with asks and once with jobs.
func onBothLanes(t *testing.T, test func(t *testing.T, do func(call) outcome)) {
	t.Parallel()
	for _, lane := range []messages.Lane{messages.LaneAsk, messages.LaneJob} {
		t.Run(string(lane), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.start(options{})
			if lane == messages.LaneAsk {
				test(t, r.ask)
			} else {
				test(t, r.submit)
			}
		})
	}
}

func store(t testing.TB, do func(call) outcome, req messages.StoreRequest) messages.StoreReply {
	t.Helper()
	return must[messages.StoreReply](t, do(call{op: messages.OpStore, body: req}))
}

func list(t testing.TB, do func(call) outcome, req messages.ListRequest) messages.ListReply {
	t.Helper()
	return must[messages.ListReply](t, do(call{op: messages.OpList, body: req}))
}

func turns(texts ...string) []messages.Item {
	items := make([]messages.Item, len(texts))
	for i, text := range texts {
		items[i] = messages.Item{ID: fmt.Sprintf("t%d", i), Text: text, Time: int64(1000 + i)}
	}
	return items
}

func ids(items []messages.Item) []string {
	out := make([]string, len(items))
	for i := range items {
		out[i] = items[i].ID
	}
	return out
}

func TestStoreGivesBackWhatWasStored(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		importance := 0.7
		full := messages.Item{
			ID: "id with . spaces * and ünïcode >", Level: messages.ShortTerm, Role: messages.Tool, Name: "search", Text: "line one\nline <two> & \"three\"",
			Time: 12345, Importance: &importance, Accesses: messages.MaxAccesses, Pinned: true, Group: "g 1", Metadata: map[string]string{"Any Key": "any\tvalue"},
			Expires: 253_402_300_799_000, Language: "en", Embedding: []float32{0.5, -1},
		}
		stored := store(t, do, messages.StoreRequest{Session: "s", Items: []messages.Item{full}})
		got := list(t, do, messages.ListRequest{Session: "s"})
		if len(got.Items) != 1 || got.Total != 1 {
			t.Fatalf("listed %d of %d items; want the one", len(got.Items), got.Total)
		}
		it := got.Items[0]
		if it.Revision != stored.Revision.Session || it.Tokens <= 0 || it.Tokens != stored.Tokens {
			t.Errorf("revision %d, tokens %d; stored as %+v", it.Revision, it.Tokens, stored)
		}
		it.Revision, it.Tokens = 0, 0
		if a, b := fmt.Sprintf("%+v", deref(it)), fmt.Sprintf("%+v", deref(full)); a != b {
			t.Errorf("got  %s\nwant %s", a, b)
		}
	})
}

// deref makes items comparable by their printed form.
func deref(it messages.Item) any {
	importance := -1.0
	if it.Importance != nil {
		importance = *it.Importance
		it.Importance = nil
	}
	return struct {
		messages.Item
		importance float64
	}{it, importance}
}

func TestStoreDerivesIDsAndTimes(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		id := newID(t)
		reply := must[messages.StoreReply](t, do(call{op: messages.OpStore, id: id, body: messages.StoreRequest{
			User: "u", Items: []messages.Item{{Text: "a"}, {Text: "b"}},
		}}))
		if want := []string{messages.ItemID(id, 0), messages.ItemID(id, 1)}; !slices.Equal(reply.IDs, want) {
			t.Fatalf("ids %v; want %v", reply.IDs, want)
		}
		if reply.Revision.User == 0 || reply.Revision.Session != 0 {
			t.Errorf("revision %+v; want the user's alone", reply.Revision)
		}
		for _, it := range list(t, do, messages.ListRequest{User: "u"}).Items {
			if it.Time == 0 || it.Level != messages.LongTerm {
				t.Errorf("item %+v: want a time and long_term", it)
			}
		}
	})
}

func TestStoreReplacesAnItemOfTheSameID(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		store(t, do, messages.StoreRequest{Session: "s", Items: turns("first", "other")})
		store(t, do, messages.StoreRequest{Session: "s", Items: turns("second")})
		got := list(t, do, messages.ListRequest{Session: "s"})
		if len(got.Items) != 2 || got.Items[0].Text != "second" {
			t.Fatalf("items %+v", got.Items)
		}
	})
}

func TestLevelsAndRolesSurviveAChange(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	for i, role := range messages.Roles {
		for _, req := range []messages.StoreRequest{
			{Session: "s", Items: []messages.Item{{ID: "i", Role: role, Level: messages.Levels[i%2], Text: "t"}}},
			{User: "u", Items: []messages.Item{{ID: "i", Role: role, Level: messages.LongTerm, Text: "t"}}},
		} {
			store(t, r.ask, req)
			importance := 0.7
			got := must[messages.UpdateReply](t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{
				Session: req.Session, User: req.User, ID: "i", Importance: &importance,
			}})).Item
			if got.Role != role || got.Level != req.Items[0].Level || got.Importance == nil || *got.Importance != importance {
				t.Errorf("%+v became %+v", req.Items[0], got)
			}
		}
	}
}

func TestAssembleFillsTheReply(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		s := store(t, do, messages.StoreRequest{Session: "s", Items: turns("we went to Lisbon", "it rained")})
		u := store(t, do, messages.StoreRequest{User: "u", Items: []messages.Item{{ID: "fact", Text: "likes tea"}}})
		for _, format := range messages.Formats {
			reply := must[messages.AssembleReply](t, do(call{op: messages.OpAssemble, body: messages.AssembleRequest{
				Session: "s", User: "u", Query: "where did we go?", MaxTokens: 500, Format: format, Explain: true,
				MinRevision: &messages.Revision{Session: s.Revision.Session, User: u.Revision.User},
			}}))
			if len(reply.IDs) != 3 || len(reply.Explain) != 3 || reply.Tokens.Total == 0 || reply.Tokens.Total > 500 {
				t.Errorf("%s: %+v", format, reply)
			}
			if reply.Revision.Session < s.Revision.Session || reply.Revision.User < u.Revision.User || reply.Stale != nil || reply.Degraded != nil {
				t.Errorf("%s: revision %+v stale %v degraded %v", format, reply.Revision, reply.Stale, reply.Degraded)
			}
		}
	})
}

func TestListPagesThroughEverythingOnce(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		var texts []string
		for i := range 25 {
			texts = append(texts, fmt.Sprintf("turn %d", i))
		}
		items := turns(texts...)
		for i := range items {
			items[i].Time = int64(1000 + i/5) // many of one time
		}
		store(t, do, messages.StoreRequest{Session: "s", Items: items})
		var seen []string
		req := messages.ListRequest{Session: "s", Limit: 4}
		for pages := 0; ; pages++ {
			got := list(t, do, req)
			seen = append(seen, ids(got.Items)...)
			switch pages {
			case 1: // an item that was given goes, one is changed, one is added at the end
				must[messages.DeleteReply](t, do(call{op: messages.OpDelete, body: messages.DeleteRequest{Session: "s", IDs: []string{"t0", "t7"}}}))
				store(t, do, messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: "new", Text: "new", Time: 9000}}})
			default:
			}
			if got.Next == "" {
				break
			}
			req.Cursor = got.Next
		}
		if want := append(ids(items), "new"); !slices.Equal(seen, want) {
			t.Fatalf("listed %v\nwant   %v", seen, want)
		}
	})
}

func TestListFiltersAndSelects(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		items := turns("a", "b", "c", "d")
		items[1].Role, items[2].Metadata = messages.Assistant, map[string]string{"k": "v"}
		store(t, do, messages.StoreRequest{Session: "s", Items: items})
		for name, c := range map[string]struct {
			req  messages.ListRequest
			want []string
		}{
			"role":     {messages.ListRequest{Filter: &messages.Filter{Roles: []messages.Role{messages.Assistant}}}, []string{"t1"}},
			"metadata": {messages.ListRequest{Filter: &messages.Filter{Metadata: map[string]string{"k": "v"}}}, []string{"t2"}},
			"time":     {messages.ListRequest{Filter: &messages.Filter{After: 1001, Before: 1003}}, []string{"t1", "t2"}},
			"ids":      {messages.ListRequest{IDs: []string{"t3", "t0", "none"}}, []string{"t0", "t3"}},
		} {
			c.req.Session = "s"
			got := list(t, do, c.req)
			if !slices.Equal(ids(got.Items), c.want) || got.Total != len(c.want) {
				t.Errorf("%s: %v, total %d; want %v", name, ids(got.Items), got.Total, c.want)
			}
		}
	})
}

func TestUpdateChangesWhatIsGivenAndKeepsTheRest(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		items := turns("before", "beside")
		items[0].Name, items[0].Metadata = "Ann", map[string]string{"a": "1"}
		stored := store(t, do, messages.StoreRequest{Session: "s", Items: items})
		text, pinned, level, accesses, meta := "after it all changed", true, messages.ShortTerm, 7, map[string]string{"b": "2"}
		reply := must[messages.UpdateReply](t, do(call{op: messages.OpUpdate, body: messages.UpdateRequest{
			Session: "s", ID: "t0", Revision: stored.Revision.Session, Text: &text, Pinned: &pinned, Level: &level, Accesses: &accesses, Metadata: &meta,
		}}))
		got := list(t, do, messages.ListRequest{Session: "s", IDs: []string{"t0"}}).Items[0]
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", reply.Item) {
			t.Errorf("listed %+v\nreplied %+v", got, reply.Item)
		}
		if got.Text != text || !got.Pinned || got.Level != level || got.Accesses != accesses || got.Metadata["b"] != "2" || len(got.Metadata) != 1 {
			t.Errorf("not changed as asked: %+v", got)
		}
		if got.Name != "Ann" || got.Time != 1000 || got.Role != messages.User {
			t.Errorf("not kept: %+v", got)
		}
		if got.Revision != reply.Revision.Session || got.Revision <= stored.Revision.Session {
			t.Errorf("revision %d, replied %+v, stored at %+v", got.Revision, reply.Revision, stored.Revision)
		}
	})
}

func TestUpdateConflictsOnTheItemsOwnRevisionOnly(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		stored := store(t, do, messages.StoreRequest{Session: "s", Items: turns("one", "two")})
		text := "new"
		update := func(id string, revision uint64) outcome {
			return do(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: id, Revision: revision, Text: &text}})
		}
		changed := must[messages.UpdateReply](t, update("t0", stored.Revision.Session))
		// Another item has changed since: no conflict.
		must[messages.UpdateReply](t, update("t1", stored.Revision.Session))
		refused := fails(t, update("t0", stored.Revision.Session), messages.CodeConflict)
		if refused.Revision != changed.Item.Revision {
			t.Errorf("the conflict names revision %d; the item is at %d", refused.Revision, changed.Item.Revision)
		}
		must[messages.UpdateReply](t, update("t0", refused.Revision))
		fails(t, update("none", 0), messages.CodeNotFound)
	})
}

func TestDeleteReportsWhatWasMissing(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		store(t, do, messages.StoreRequest{Session: "s", Items: turns("one", "two")})
		remove := func() messages.DeleteReply {
			return must[messages.DeleteReply](t, do(call{op: messages.OpDelete, body: messages.DeleteRequest{Session: "s", IDs: []string{"t1", "none"}}}))
		}
		first, second := remove(), remove()
		if !slices.Equal(first.Deleted, []string{"t1"}) || !slices.Equal(first.Missing, []string{"none"}) {
			t.Errorf("first: %+v", first)
		}
		if len(second.Deleted) != 0 || len(second.Missing) != 2 || second.Revision.Session < first.Revision.Session {
			t.Errorf("second: %+v", second)
		}
		if got := ids(list(t, do, messages.ListRequest{Session: "s"}).Items); !slices.Equal(got, []string{"t0"}) {
			t.Errorf("left: %v", got)
		}
	})
}

func TestClearRemovesEverythingOrSomeLevels(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		items := turns("a", "b", "c")
		items[2].Level = messages.ShortTerm
		clear := func(levels ...messages.Level) messages.ClearReply {
			return must[messages.ClearReply](t, do(call{op: messages.OpClear, body: messages.ClearRequest{Session: "s", Levels: levels}}))
		}
		store(t, do, messages.StoreRequest{Session: "s", Items: items})
		store(t, do, messages.StoreRequest{Session: "other", Items: turns("stays")})
		if n := clear(messages.Immediate).Cleared; n != 2 {
			t.Errorf("cleared %d immediate items; want 2", n)
		}
		if got := ids(list(t, do, messages.ListRequest{Session: "s"}).Items); !slices.Equal(got, []string{"t2"}) {
			t.Errorf("left: %v", got)
		}
		if a, b := clear().Cleared, clear().Cleared; a != 1 || b != 0 {
			t.Errorf("cleared %d and then %d; want 1 and 0", a, b)
		}
		store(t, do, messages.StoreRequest{Session: "s", Items: turns("after")})
		if n := list(t, do, messages.ListRequest{Session: "s"}).Total; n != 1 {
			t.Errorf("%d items after a store that came after the clear; want 1", n)
		}
		if n := list(t, do, messages.ListRequest{Session: "other"}).Total; n != 1 {
			t.Errorf("another session has %d items; want 1", n)
		}
	})
}

func TestPromoteMovesWithinTheSessionAndToTheUser(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		items := turns("a", "b")
		items[0].Expires = 253_402_300_799_000
		store(t, do, messages.StoreRequest{Session: "s", Items: items})
		promote := func(to messages.Level, ids ...string) messages.PromoteReply {
			return must[messages.PromoteReply](t, do(call{op: messages.OpPromote, body: messages.PromoteRequest{Session: "s", User: "u", IDs: ids, To: to}}))
		}
		within := promote(messages.ShortTerm, "t1", "none")
		if !slices.Equal(within.Promoted, []string{"t1"}) || !slices.Equal(within.Missing, []string{"none"}) {
			t.Errorf("within the session: %+v", within)
		}
		if got := list(t, do, messages.ListRequest{Session: "s", IDs: []string{"t1"}}).Items[0]; got.Level != messages.ShortTerm || got.Text != "b" {
			t.Errorf("t1 is %+v", got)
		}
		out := promote(messages.LongTerm, "t0", "none")
		if !slices.Equal(out.Promoted, []string{"t0"}) || !slices.Equal(out.Missing, []string{"none"}) || out.Revision.User == 0 || out.Revision.Session == 0 {
			t.Errorf("to the user: %+v", out)
		}
		if got := ids(list(t, do, messages.ListRequest{Session: "s"}).Items); !slices.Equal(got, []string{"t1"}) {
			t.Errorf("the session has %v", got)
		}
		got := list(t, do, messages.ListRequest{User: "u"}).Items
		if len(got) != 1 || got[0].ID != "t0" || got[0].Level != messages.LongTerm || got[0].Expires != 0 || got[0].Text != "a" {
			t.Errorf("the user has %+v", got)
		}
		if again := promote(messages.LongTerm, "t0"); len(again.Promoted) != 0 || len(again.Missing) != 1 {
			t.Errorf("again: %+v", again)
		}
	})
}

func TestStatsCountByLevel(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		items := turns("aa", "bb", "cc")
		items[2].Level, items[2].Pinned = messages.ShortTerm, true
		s := store(t, do, messages.StoreRequest{Session: "s", Items: items})
		u := store(t, do, messages.StoreRequest{User: "u", Items: []messages.Item{{Text: "dddd", Time: 5}}})
		got := must[messages.StatsReply](t, do(call{op: messages.OpStats, body: messages.StatsRequest{Session: "s", User: "u", MinRevision: &messages.Revision{Session: 1}}}))
		if got.Levels[messages.Immediate].Items != 2 || got.Levels[messages.Immediate].Bytes != 4 ||
			got.Levels[messages.ShortTerm].Items != 1 || got.Levels[messages.LongTerm].Bytes != 4 {
			t.Errorf("levels %+v", got.Levels)
		}
		if tokens := got.Levels[messages.Immediate].Tokens + got.Levels[messages.ShortTerm].Tokens; tokens != s.Tokens {
			t.Errorf("%d tokens; stored %d", tokens, s.Tokens)
		}
		if got.Pinned != 1 || got.Oldest != 5 || got.Newest != 1002 || got.Revision.User < u.Revision.User {
			t.Errorf("%+v", got)
		}
	})
}

func TestListEndsAPageWhereOneMessageIsFull(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const room = 32 << 10
	r.start(options{worker: func(w *Worker) {
		d := w.operationDeps()
		d.MaxPayload = func() int64 { return room + messages.MaxHeaderBytes }
		w.operations = operations.Table(d)
	}})
	var want []string
	for batch := range 4 { // 40 items of some 2 KB
		items := make([]messages.Item, 10)
		for i := range items {
			id := fmt.Sprintf("item%d", batch*10+i)
			items[i] = messages.Item{ID: id, Text: "text", Time: int64(len(want) + 1), Metadata: map[string]string{"m": strings.Repeat("x", 2000)}}
			want = append(want, id)
		}
		store(t, r.ask, messages.StoreRequest{Session: "s", Items: items})
	}
	req := messages.ListRequest{Session: "s", Limit: 1000}
	var got []string
	for pages := 1; pages == 1 || req.Cursor != ""; pages++ {
		o := r.ask(call{op: messages.OpList, body: req})
		reply := must[messages.ListReply](t, o)
		if len(o.body) > room+1024 || len(reply.Items) == 0 || reply.Total != 40 {
			t.Fatalf("page %d has %d of %d items in %d bytes", pages, len(reply.Items), reply.Total, len(o.body))
		}
		got, req.Cursor = append(got, ids(reply.Items)...), reply.Next
	}
	if !slices.Equal(got, want) {
		t.Fatalf("listed %v; want %v", got, want)
	}
	// What does not fit into one segment is refused before it is sent.
	big := messages.Item{Text: "t", Metadata: map[string]string{"m": strings.Repeat("x", 4000), "n": strings.Repeat("x", 4000)}}
	o := r.ask(call{op: messages.OpStore, body: messages.StoreRequest{Session: "s", Items: slices.Repeat([]messages.Item{big}, 5)}})
	fails(t, o, messages.CodeTooLarge)
}
