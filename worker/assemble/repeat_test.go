package assemble_test

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

func TestExactDuplicatesComeOnce(t *testing.T) {
	t.Parallel()
	session := []page.Item{
		item("first", page.ShortTerm, "The invoice for the roof was paid on time."),
		later(item("second", page.ShortTerm, "The invoice for the roof was paid on time."), time.Minute),
		later(item("other", page.ShortTerm, "The roof is new."), 2*time.Minute),
	}
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "roof", MaxTokens: 500, Explain: true})
	if len(reply.IDs) != 2 || !slices.Contains(reply.IDs, "other") {
		t.Fatalf("got %v", reply.IDs)
	}
	if i := slices.IndexFunc(reply.Explain, func(c messages.Candidate) bool { return !c.In }); !strings.HasPrefix(reply.Explain[i].Verdict, "repeats item ") {
		t.Fatalf("verdict %q", reply.Explain[i].Verdict)
	}
}

func TestShortAnswersOfLiveTurnsAreNoDuplicates(t *testing.T) {
	t.Parallel()
	session := []page.Item{
		spoken(item("q1", page.Immediate, "Shall I book the train to Bergen?"), page.Assistant, ""),
		later(item("a1", page.Immediate, "yes"), time.Minute),
		later(spoken(item("q2", page.Immediate, "And a room by the harbour?"), page.Assistant, ""), 2*time.Minute),
		later(item("a2", page.Immediate, "yes"), 3*time.Minute),
	}
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "train", MaxTokens: 500})
	wantIDs(t, reply, "q1", "a1", "q2", "a2")
}

// TestAShortAnswerStaysWithItsQuestion where something is left out, too: of turns that
// are older than the newest another "yes" is no repetition either.
func TestAShortAnswerStaysWithItsQuestion(t *testing.T) {
	t.Parallel()
	session := []page.Item{
		spoken(item("q1", page.Immediate, "Shall I book the sleeper train to Bergen?"), page.Assistant, ""),
		later(item("a1", page.Immediate, "yes"), time.Minute),
	}
	for _, it := range chatter(page.Immediate, 20) {
		session = append(session, later(it, time.Hour))
	}
	session = append(session,
		later(spoken(item("q2", page.Immediate, "And a room by the harbour?"), page.Assistant, ""), 2*time.Hour),
		later(item("a2", page.Immediate, "yes"), 2*time.Hour+time.Minute))
	w := newWorld(t, session, nil)
	for _, format := range []messages.Format{messages.FormatItems, messages.FormatOpenAI, messages.FormatAnthropic} {
		for _, r := range []messages.AssembleRequest{
			{Query: "sleeper train to Bergen", MaxTokens: 220}, // without room for all
			{MaxTokens: 5000, Shares: &messages.Shares{ShortTerm: 1}},
		} {
			r.Format = format
			reply := w.ask(r)
			for _, id := range []string{"q1", "a1", "q2", "a2"} {
				if !slices.Contains(reply.IDs, id) {
					t.Errorf("%s, %d tokens: %s is not in %v", format, r.MaxTokens, id, reply.IDs)
				}
			}
		}
	}
}

// comeOf tells how many of two items that say this come into a context with room for both.
func comeOf(t *testing.T, a, b string) int {
	t.Helper()
	user := []page.Item{item("old", page.LongTerm, a), later(item("new", page.LongTerm, b), day)}
	return len(newWorld(t, nil, user).ask(messages.AssembleRequest{MaxTokens: 5000}).IDs)
}

func TestNearDuplicatesCollapse(t *testing.T) {
	t.Parallel()
	const said = "The deploy of the billing service failed because the database was not reachable from the new subnet"
	for _, other := range []string{
		said + "!", "Well, the deploy of the billing service really failed, because the database was not reachable from the new subnet…",
		strings.ToUpper(said), "  " + strings.ReplaceAll(said, " ", "\n"), strings.Replace(said, "the database", "“the database”", 1),
	} {
		if n := comeOf(t, said, other); n != 1 {
			t.Errorf("%d came, want one of %q and %q", n, said, other)
		}
	}
}

// TestShortNearDuplicatesCollapse: one filler is a large part of them.
func TestShortNearDuplicatesCollapse(t *testing.T) {
	t.Parallel()
	for _, other := range []string{"Well, the pump runs!", "please, the pump runs", "THE PUMP RUNS…"} {
		if n := comeOf(t, "The pump runs.", other); n != 1 {
			t.Errorf("%d came, want one of %q and what it repeats", n, other)
		}
	}
}

// TestADuplicateComesOnceWhateverItsLanguage: the same text may be given with a
// language, and be stored elsewhere with the one that was found.
func TestADuplicateComesOnceWhateverItsLanguage(t *testing.T) {
	t.Parallel()
	const said = "The quick pumps are running happily in the old cellars today."
	for _, language := range []string{"de", "fr", "xx"} {
		fact := item("fact", page.LongTerm, said)
		fact.Language = language
		if ids := newWorld(t, []page.Item{item("note", page.ShortTerm, said)}, []page.Item{fact}).ask(messages.AssembleRequest{MaxTokens: 500}).IDs; len(ids) != 1 {
			t.Errorf("in English and in %q %v came", language, ids)
		}
	}
}

// TestTextsThatDifferInOneWordBothCome: whatever the word is, it may be all that matters.
func TestTextsThatDifferInOneWordBothCome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, a, b string }{
		{"My favourite colour for the kitchen walls of our new house is %s", "blue", "green"},
		{"The deploy of the billing service to %s failed because the database disk was full again", "production", "staging"},
		{"The request by the finance team to extend the contract with the cleaning company was %s", "approved", "rejected"},
		{"please turn the heating in the living room %s before we come home from the airport tonight", "on", "off"},
		{"the patient takes the small white tablet with water in the %s after a light breakfast every day", "morning", "evening"},
		{"The whole team meets in the large room on the second floor %s we come home from Oslo", "before", "after"},
		{"the sensor at the northern end of the long hall reports a temperature of %s degrees to the house", "-5", "5"},
		{"the tickets for the concert in the old town hall in the middle of May are %s a piece for all", "$5", "€5"},
		{"the script goes on to the next of the steps of the release of the billing service if %s is what it reads", "ready", "!ready"},
		{"the script goes on to the next of the steps of the release of the billing service if a %s b there", "=", "!="},
		{"the patient takes %s mg of it with water in the morning after a light breakfast every day of the week", ".5", "5"},
		{"you are all coming to the concert in the old town hall in the middle of May with us%s", ".", "?"},
		{"wir essen im Sommer mit der ganzen Familie draußen auf der Terrasse und grillen %s", "gern", "nie"},
		{"%s", "A", "The"}, {"%s", "…", "!"},
		{"今夜はみんなで新しい家の台所で夕食を%s、それから映画を見に行くつもりです", "作ります", "作りません"},
	} {
		if n := comeOf(t, fmt.Sprintf(c.text, c.a), fmt.Sprintf(c.text, c.b)); n != 2 {
			t.Errorf("%d came of two that differ in %q and %q: %s", n, c.a, c.b, c.text)
		}
	}
}

func TestWhatTwoSayIsNoRepetition(t *testing.T) {
	t.Parallel()
	const said = "Please restart the ingest worker and drain the queue first"
	session := []page.Item{
		item("asked", page.Immediate, said),
		later(spoken(item("echoed", page.Immediate, said), page.Assistant, ""), time.Minute),
		later(spoken(item("ana", page.Immediate, said), page.User, "Ana"), 2*time.Minute),
	}
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{MaxTokens: 5000, Format: messages.FormatOpenAI})
	wantIDs(t, reply, "asked", "echoed", "ana")
}

// TestTextsDecideWhetherItemsSayTheSame: Saying is too short to tell all texts apart.
func TestTextsDecideWhetherItemsSayTheSame(t *testing.T) {
	t.Parallel()
	said := func(i int) string {
		return fmt.Sprintf("The pump in hall %d of the northern plant was serviced in May", i)
	}
	first := make(map[uint16]int)
	for i := range 1 << 16 {
		saying := assemble.Saying(page.User, "", said(i))
		if j, ok := first[saying]; ok {
			if n := comeOf(t, said(j), said(i)); n != 2 {
				t.Fatalf("%d came of two facts that have the same Saying: %q and %q", n, said(j), said(i))
			}
			return
		}
		first[saying] = i
	}
	t.Fatal("no two of so many texts have the same Saying: choose others")
}

// TestManyLongTextsThatAreNear: outputs of a tool that differ in a number are
// all near each other. Compared word by word, pair by pair, these would take an hour.
func TestManyLongTextsThatAreNear(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewSource(1))
	var words strings.Builder
	for words.Len() < 3900 {
		fmt.Fprintf(&words, "w%c%c%c ", 'a'+rnd.Intn(26), 'a'+rnd.Intn(26), 'a'+rnd.Intn(26))
	}
	var session []page.Item
	for i := range 400 {
		it := spoken(item(fmt.Sprint(i), page.ShortTerm, fmt.Sprintf("%s run %d", words.String(), 1000+i)), page.Tool, "")
		session = append(session, later(it, time.Duration(i)*time.Minute))
	}
	if reply := newWorld(t, session, nil).ask(messages.AssembleRequest{MaxTokens: 2_000_000}); len(reply.IDs) != len(session) {
		t.Errorf("%d of %d came", len(reply.IDs), len(session))
	}
}

// TestAmongManyItemsTheSameAreFoundAndNoOthers: past some hundred it is known what
// each of them says, and not compared.
func TestAmongManyItemsTheSameAreFoundAndNoOthers(t *testing.T) {
	t.Parallel()
	var session []page.Item
	for i := range 2 * manyItems {
		it := later(item(fmt.Sprint(i), page.ShortTerm, fmt.Sprintf("Sensor %d in the hall reports that all is well.", i%(2*manyItems-50))), time.Duration(i)*time.Minute)
		session = append(session, it)
	}
	session[0].Flags = page.Pinned // which is taken first, and said again later
	w := newWorld(t, session, nil)
	for _, r := range []messages.AssembleRequest{{MaxTokens: 1_000_000}, {MaxTokens: 1_000_000, MaxItems: 2*manyItems - 1, Query: "sensor"}} {
		said, reply := map[string]bool{}, w.ask(r)
		for _, it := range reply.Items {
			said[it.Text] = true
		}
		if n := 2*manyItems - 50; len(said) != n || len(reply.IDs) != n || reply.IDs[0] != "0" {
			t.Errorf("%d items came, of which %d say something else: %v …", len(reply.IDs), len(said), reply.IDs[:3])
		}
	}
}

// manyItems is more than are compared one by one.
const manyItems = 600
