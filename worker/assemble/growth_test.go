package assemble_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// What is asked of a worker must not keep it for minutes, whatever the items
// are: each of these took work that grew with the square of their number, and
// would outlast the tests' time with the race detector.

func TestManyItemsOfOneGroup(t *testing.T) {
	t.Parallel()
	session := make([]page.Item, 30_000)
	words := strings.Fields("amber birch cedar dune ember fjord grove heath inlet jetty")
	for i := range session {
		session[i] = item(fmt.Sprint(i), page.ShortTerm, strings.Join(words, " "))
		session[i].Group, session[i].Time = "all", session[i].Time+int64(i)
	}
	w := newWorld(t, session, nil)
	for _, r := range []messages.AssembleRequest{{MaxTokens: 500}, {MaxTokens: 500, Query: strings.Join(words, " ")}} {
		if reply := w.ask(r); len(reply.IDs) != 0 {
			t.Errorf("%d came of a group that does not fit", len(reply.IDs))
		}
	}
}

func TestManyNamesAndWords(t *testing.T) {
	t.Parallel()
	session := make([]page.Item, 25_000)
	for i := range session {
		session[i] = item(fmt.Sprint(i), page.ShortTerm, "Rain again.")
		session[i].Name = fmt.Sprintf("q%d a%d b%d c%d d%d", i, i, i, i, i)
	}
	query := make([]string, 500)
	for i := range query {
		query[i] = fmt.Sprintf("q%dx", i)
	}
	query[498], query[499] = "rain", "Q7"
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{MaxTokens: 500, MaxItems: 1, Query: strings.Join(query, " ")})
	wantIDs(t, reply, "7")
}

func TestManyItemsThatSayTheSame(t *testing.T) {
	t.Parallel()
	session := make([]page.Item, 60_000)
	for i := range session {
		session[i] = item(fmt.Sprint(i), page.ShortTerm, "The pump in the cellar runs again.")
		session[i].Time += int64(i)
	}
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{MaxTokens: 100_000, Query: "pump", Explain: true})
	if len(reply.IDs) != 1 || len(reply.Explain) != 1001 {
		t.Errorf("%d came and %d are explained; want one, and 1,001", len(reply.IDs), len(reply.Explain))
	}
}

// TestManyItemsThatAreNear: none repeats another, and all look alike.
func TestManyItemsThatAreNear(t *testing.T) {
	t.Parallel()
	session := make([]page.Item, 30_000)
	for i := range session {
		session[i] = item(fmt.Sprint(i), page.ShortTerm, fmt.Sprintf("The pump in the cellar of the house by the lake runs again, says meter %d.", i))
		session[i].Time += int64(i)
	}
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{MaxTokens: 10_000_000, Query: "pump"})
	if len(reply.IDs) != len(session) {
		t.Errorf("%d of %d came", len(reply.IDs), len(session))
	}
}

// TestWhatNobodyWaitsForIsNotMade: ranking stops between the words of a query,
// and packing between items.
func TestWhatNobodyWaitsForIsNotMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t, chatter(page.ShortTerm, 50), nil)
	w.done = make(chan struct{})
	r := messages.AssembleRequest{Query: "small talk part", MaxTokens: 2000}
	if reply := w.ask(r); len(reply.IDs) != 50 {
		t.Fatalf("%d of 50 came", len(reply.IDs))
	}
	close(w.done)
	if reply := w.ask(r); len(reply.IDs) != 0 {
		t.Errorf("%d came after nobody waited any more", len(reply.IDs))
	}
}

// TestManyFactsOfDifferentSpeakers: each is a subject of its own.
func TestManyFactsOfDifferentSpeakers(t *testing.T) {
	t.Parallel()
	user := make([]page.Item, 30_000)
	for i := range user {
		user[i] = item(fmt.Sprint(i), page.LongTerm, "The pump runs.")
		user[i].Name = fmt.Sprint("n", i)
	}
	if reply := newWorld(t, nil, user).ask(messages.AssembleRequest{MaxTokens: 500, MaxItems: 20, Query: "pump"}); len(reply.IDs) != 20 {
		t.Errorf("%d of 20 came", len(reply.IDs))
	}
}

// TestManyTurnsThatMayNotComeFirst: an assistant's, pinned and not, where the
// first message has to be a user's.
func TestManyTurnsThatMayNotComeFirst(t *testing.T) {
	t.Parallel()
	session := make([]page.Item, 30_000)
	for i := range session {
		session[i] = spoken(item(fmt.Sprint(i), page.Immediate, fmt.Sprintf("Meter %d was read.", i)), page.Assistant, "")
		session[i].Time += int64(i)
		if i%2 == 0 {
			session[i].Flags = page.Pinned
		}
	}
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{MaxTokens: 10_000_000, Format: messages.FormatAnthropic})
	if len(reply.IDs) != len(session) || len(reply.Messages) != 0 {
		t.Errorf("%d of %d came, %d as messages", len(reply.IDs), len(session), len(reply.Messages))
	}
}
