package assemble_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

const day = 24 * time.Hour

// later moves an item in time.
func later(it page.Item, d time.Duration) page.Item {
	it.Time += d.Milliseconds()
	return it
}

func spoken(it page.Item, role page.Role, name string) page.Item {
	it.Role, it.Name = role, name
	return it
}

func wantIDs(t *testing.T, reply messages.AssembleReply, want ...string) {
	t.Helper()
	if !slices.Equal(reply.IDs, want) {
		t.Fatalf("got %v, want %v", reply.IDs, want)
	}
}

// chatter is a run of turns that have nothing to do with any query here.
func chatter(level page.Level, n int) []page.Item {
	items := make([]page.Item, n)
	for i := range items {
		items[i] = later(item(fmt.Sprintf("chat%02d", i), level, fmt.Sprintf("Some small talk, part %d of it, about nothing at all.", i)), time.Duration(i)*time.Minute)
		if i%2 == 1 {
			items[i].Role = page.Assistant
		}
	}
	return items
}

func TestTheAnswerComesFirst(t *testing.T) {
	t.Parallel()
	session := append(chatter(page.ShortTerm, 30), later(item("answer", page.ShortTerm, "My sister moved to Lisbon in the spring."), -day))
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "Where did my sister move?", MaxTokens: 1000, MaxItems: 1})
	wantIDs(t, reply, "answer")
}

func TestAnAnswerIsUnderstoodByItsQuestion(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 20)
	session = append(session,
		later(spoken(item("q", page.ShortTerm, "Which instrument did you learn at school?"), page.User, "Ana"), 2*day),
		later(spoken(item("a", page.ShortTerm, "The clarinet, but only for a year."), page.User, "Bo"), 2*day+time.Minute))
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "What instrument did Bo learn?", MaxTokens: 1000, MaxItems: 2})
	wantIDs(t, reply, "q", "a")
}

func TestASittingEndsWithASilence(t *testing.T) {
	t.Parallel()
	ask := func(gap time.Duration) float64 {
		session := append(chatter(page.ShortTerm, 6),
			later(spoken(item("q", page.ShortTerm, "Have you seen the clarinet?"), page.User, "Ana"), 2*day),
			later(spoken(item("a", page.ShortTerm, "Yes, on the shelf."), page.User, "Bo"), 2*day+gap))
		reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "clarinet", MaxTokens: 500, Explain: true})
		for _, c := range reply.Explain {
			if c.ID == "a" {
				return c.Parts["match"]
			}
		}
		return -1
	}
	if near, far := ask(time.Minute), ask(3*time.Hour); near <= 0 || far != 0 {
		t.Fatalf("match is %v a minute after the question and %v hours after it", near, far)
	}
}

func TestToolCallsAndResultsKnowEachOther(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 12)
	call := later(spoken(item("call", page.ShortTerm, `search_flights {"to": "Oslo"}`), page.Assistant, ""), day)
	result := later(spoken(item("result", page.ShortTerm, "SK4172 09:40 119 EUR"), page.Tool, "search_flights"), day+time.Second)
	call.Group, result.Group = "call-1", "call-1"
	reply := newWorld(t, append(session, call, result), nil).ask(messages.AssembleRequest{Query: "flights to Oslo", MaxTokens: 1000, MaxItems: 2})
	wantIDs(t, reply, "call", "result")
}

func TestOrderOfTheContext(t *testing.T) {
	t.Parallel()
	session := []page.Item{
		item("old", page.ShortTerm, "The garden needs water."),
		later(item("turn1", page.Immediate, "Let us talk about the garden."), day),
		later(spoken(item("turn2", page.Immediate, "Gladly."), page.Assistant, ""), day+time.Minute),
	}
	user := []page.Item{
		item("fact1", page.LongTerm, "Likes the garden."),
		later(item("fact2", page.LongTerm, "Owns a house with a garden."), day),
	}
	reply := newWorld(t, session, user).ask(messages.AssembleRequest{Query: "garden", MaxTokens: 500})
	wantIDs(t, reply, "fact2", "fact1", "old", "turn1", "turn2")
}

func TestWithoutAQueryTheNewestCome(t *testing.T) {
	t.Parallel()
	reply := newWorld(t, chatter(page.ShortTerm, 20), nil).ask(messages.AssembleRequest{MaxTokens: 1000, MaxItems: 3})
	wantIDs(t, reply, "chat17", "chat18", "chat19")
	reply = newWorld(t, chatter(page.ShortTerm, 20), nil).ask(messages.AssembleRequest{Query: "xyzzy?", MaxTokens: 1000, MaxItems: 3})
	wantIDs(t, reply, "chat17", "chat18", "chat19")
}

func TestPinnedItemsComeFirst(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 20)
	session[3].Flags = page.Pinned
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "small talk part 11", MaxTokens: 1000, MaxItems: 1})
	wantIDs(t, reply, "chat03")
}

// TestAPinnedTurnKeepsItsRoom: as a message it costs less than under a heading,
// and turns that may not open the messages do not keep what it saved.
func TestAPinnedTurnKeepsItsRoom(t *testing.T) {
	t.Parallel()
	pin := spoken(item("pin", page.Immediate, "The rule: never deploy on a Friday afternoon."), page.Assistant, strings.Repeat("long-name ", 12)+"x")
	pin.Flags = page.Pinned
	session := []page.Item{
		spoken(item("older", page.Immediate, "Here is a first remark on it all by me, long enough to cost."), page.Assistant, ""),
		later(pin, time.Minute),
		later(item("newer", page.Immediate, "And what about Thursday then?"), 2*time.Minute),
	}
	for budget := 48; budget < 100; budget++ {
		for _, shares := range []*messages.Shares{nil, {Immediate: 1}} {
			reply := newWorld(t, session, nil).ask(messages.AssembleRequest{MaxTokens: budget, Format: messages.FormatAnthropic, Shares: shares})
			if !slices.Contains(reply.IDs, "pin") {
				t.Errorf("with %d tokens %v came", budget, reply.IDs)
			}
		}
	}
	small := item("small", page.Immediate, "Hi")
	small.Flags = page.Pinned
	reply := newWorld(t, []page.Item{small, later(item("next", page.Immediate, "Yo"), time.Minute)}, nil).
		ask(messages.AssembleRequest{MaxTokens: 8, Format: messages.FormatOpenAI})
	wantIDs(t, reply, "small")
}

func TestSharesFlowBothWays(t *testing.T) {
	t.Parallel()
	var facts []page.Item
	for i := range 30 {
		facts = append(facts, item(fmt.Sprintf("fact%02d", i), page.LongTerm, fmt.Sprintf("Fact number %d is about small talk and its parts.", i)))
	}
	all := newWorld(t, chatter(page.ShortTerm, 30), facts).ask(messages.AssembleRequest{Query: "small talk part", MaxTokens: 300, Format: messages.FormatText})
	if all.Tokens.ShortTerm < 100 || all.Tokens.LongTerm < 60 {
		t.Errorf("both levels want room: %+v", all.Tokens)
	}
	alone := newWorld(t, chatter(page.ShortTerm, 30), nil).ask(messages.AssembleRequest{Query: "small talk part", MaxTokens: 300, Format: messages.FormatText})
	if alone.Tokens.ShortTerm < 280 {
		t.Errorf("a level alone has the whole budget: %+v", alone.Tokens)
	}
	onlyFacts := newWorld(t, nil, facts).ask(messages.AssembleRequest{Query: "small talk part", MaxTokens: 300, Format: messages.FormatText})
	if onlyFacts.Tokens.LongTerm < 280 {
		t.Errorf("a level alone has the whole budget: %+v", onlyFacts.Tokens)
	}
}

func TestLiveTurnsUseTheirShare(t *testing.T) {
	t.Parallel()
	session := append(chatter(page.Immediate, 40), later(item("note", page.ShortTerm, "The launch code is 7421."), -day))
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "What is the launch code?", MaxTokens: 200, Format: messages.FormatText})
	if !slices.Contains(reply.IDs, "note") {
		t.Errorf("the note is missing: %v", reply.IDs)
	}
	if last := reply.IDs[len(reply.IDs)-1]; last != "chat39" {
		t.Errorf("the newest turn is not last: %v", reply.IDs)
	}
}

// TestLiveTurnsHaveTheirShareOfTheItems, to the nearest whole one: 0.3 of 0.7 of 6.
func TestLiveTurnsHaveTheirShareOfTheItems(t *testing.T) {
	t.Parallel()
	session := chatter(page.Immediate, 10)
	for i := range 10 {
		session = append(session, item(fmt.Sprintf("note%d", i), page.ShortTerm, fmt.Sprintf("The launch code of day %d is known.", i)))
	}
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "launch code", MaxTokens: 5000, MaxItems: 6})
	if len(reply.IDs) != 6 || !slices.Equal(reply.IDs[3:], []string{"chat07", "chat08", "chat09"}) {
		t.Errorf("got %v, want 3 of the notes and the 3 newest turns", reply.IDs)
	}
}

// TestTheNewestTurnComesThoughItsShareIsLess than it needs: the one before does not.
func TestTheNewestTurnComesThoughItsShareIsLess(t *testing.T) {
	t.Parallel()
	session := chatter(page.Immediate, 10)
	for i := range 20 {
		session = append(session, item(fmt.Sprintf("note%d", i), page.ShortTerm, fmt.Sprintf("The launch code of day %d is known.", i)))
	}
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "launch code", MaxTokens: 110, Shares: &messages.Shares{Immediate: 1, ShortTerm: 10}})
	if reply.IDs[len(reply.IDs)-1] != "chat09" || slices.Contains(reply.IDs, "chat08") {
		t.Errorf("got %v, want the newest turn and not the one before", reply.IDs)
	}
}

// TestWhatJustFitsComes, after many better ones that do not any more.
func TestWhatJustFitsComes(t *testing.T) {
	t.Parallel()
	session := []page.Item{item("last", page.ShortTerm, "Small talk."), later(item("best", page.ShortTerm, "Small talk about a zebra and more."), day)}
	for i := range 2 * 8 { // after 8 in a row the others are weeded
		session = append(session, item(strconv.Itoa(i), page.ShortTerm, fmt.Sprintf("Small talk, part %d.", i)))
	}
	for i := range session {
		session[i].Importance = 0.5
	}
	session[0].Importance, session[1].Importance = 0, 1
	vast := item("vast", page.LongTerm, strings.Repeat("tea ", 100)) // has all of the budget as its share, and leaves it
	w, r := newWorld(t, session, []page.Item{vast}), messages.AssembleRequest{Query: "zebra", Shares: &messages.Shares{LongTerm: 1}}
	for i := range w.session.Len() {
		if id := w.session.ID(i); id == "last" || id == "best" {
			r.MaxTokens += int(w.session.Row(i).LineTokens)
		}
	}
	wantIDs(t, w.ask(r), "last", "best")
}

func TestAnItemLargerThanTheBudgetIsLeftOut(t *testing.T) {
	t.Parallel()
	huge := later(item("huge", page.Immediate, strings.Repeat("a very long paste about the garden ", 200)), day)
	reply := newWorld(t, append(chatter(page.Immediate, 4), huge), nil).ask(messages.AssembleRequest{Query: "garden", MaxTokens: 100, Explain: true})
	wantIDs(t, reply, "chat00", "chat01", "chat02", "chat03")
	for _, c := range reply.Explain {
		if c.ID == "huge" && (c.In || !strings.HasPrefix(c.Verdict, "larger than the whole budget: ")) {
			t.Errorf("%+v", c)
		}
	}
}

func TestVerdictsSayWhatWasMissing(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 30)
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "small talk", MaxTokens: 100, Explain: true})
	for _, c := range reply.Explain {
		var need, left int
		if !c.In {
			if _, err := fmt.Sscanf(c.Verdict, "did not fit: %d tokens, %d left", &need, &left); err != nil || need <= left {
				t.Fatalf("verdict %q", c.Verdict)
			}
		}
	}
}

func TestFactsThatConflictStayTheNewerFirst(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"The flight to Oslo with the whole team leaves at 9 from gate 4", "The flight to Oslo with the whole team leaves at 11 from gate 4"},
		{"Lives in Paris, in a small flat near the river", "Lives in Berlin, in a small flat near the river"},
		{"Wants to be called before noon on working days", "Does not want to be called before noon on working days"},
	} {
		user := []page.Item{item("old", page.LongTerm, c[0]), later(item("new", page.LongTerm, c[1]), day)}
		query := "flight, flat or called before noon?"
		wantIDs(t, newWorld(t, nil, user).ask(messages.AssembleRequest{Query: query, MaxTokens: 500}), "new", "old")
		wantIDs(t, newWorld(t, nil, user).ask(messages.AssembleRequest{Query: query, MaxTokens: 500, MaxItems: 1}), "new")
	}
}

func TestAFactThatAnswersBeatsChatter(t *testing.T) {
	t.Parallel()
	session := []page.Item{
		item("chat1", page.ShortTerm, "What a colour! I have never seen such a favourite of mine, what is it?"),
		later(item("chat2", page.ShortTerm, "Colour me surprised, that is what I would say."), time.Minute),
	}
	user := []page.Item{item("fact", page.LongTerm, "Favourite colour: dark green")}
	reply := newWorld(t, session, user).ask(messages.AssembleRequest{Query: "What is my favourite colour?", MaxTokens: 500, MaxItems: 1})
	wantIDs(t, reply, "fact")
}
