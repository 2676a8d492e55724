package assemble_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// matches gives the part of each item's score that words make, by id.
func (w *world) matches(query string) map[string]float64 {
	found := map[string]float64{}
	for _, c := range w.ask(messages.AssembleRequest{Query: query, MaxTokens: 1000, Explain: true}).Explain {
		found[c.ID] = c.Parts["match"]
	}
	return found
}

// talkOf makes a talk of the named speakers, a minute a turn; the turn at
// clarinet says the word, all others are alike.
func talkOf(clarinet int, speakers ...string) []page.Item {
	items := make([]page.Item, len(speakers))
	for i, name := range speakers {
		text := "That may well be so."
		if i == clarinet {
			text = "The clarinet is mine."
		}
		items[i] = later(spoken(item(fmt.Sprint(i), page.ShortTerm, text), page.User, name), time.Duration(i)*time.Minute)
	}
	return items
}

// TestSpeakersTurnsAreReadTogether: in a talk of many, what somebody said is
// understood by what the same person said before, wherever that stands.
func TestSpeakersTurnsAreReadTogether(t *testing.T) {
	t.Parallel()
	got := newWorld(t, talkOf(0, "Ana", "Bo", "Cy", "Di", "Ana"), nil).matches("clarinet")
	if got["4"] <= 0 || got["2"] != 0 || got["3"] != 0 {
		t.Errorf("Ana's next turn has %v, those of people who did not answer her %v and %v", got["4"], got["2"], got["3"])
	}
	if got["1"] <= 0 || got["0"] <= got["1"] || got["0"] <= got["4"] {
		t.Errorf("the turn itself has %v, the next %v, Ana's next %v", got["0"], got["1"], got["4"])
	}
}

// TestRunsOfOneSpeakerAreOneTurn: the answer to three messages in a row follows all three.
func TestRunsOfOneSpeakerAreOneTurn(t *testing.T) {
	t.Parallel()
	got := newWorld(t, talkOf(0, "Ana", "Ana", "Ana", "Bo", "Ana"), nil).matches("clarinet")
	if got["3"] <= 0 {
		t.Errorf("Bo's answer knows nothing of the first of Ana's messages: %v", got)
	}
}

// TestFactsStandAlone: what is known of a user was not said one after the other.
func TestFactsStandAlone(t *testing.T) {
	t.Parallel()
	facts := talkOf(0, "", "", "")
	for i := range facts {
		facts[i].Level = page.LongTerm
	}
	got := newWorld(t, nil, facts).matches("clarinet")
	if got["0"] <= 0 || got["1"] != 0 || got["2"] != 0 {
		t.Errorf("facts borrow from each other: %v", got)
	}
}

// TestAQuestionReachesAllWhoMayAnswer: a tool call and its result come between
// a question and what the assistant makes of it.
func TestAQuestionReachesAllWhoMayAnswer(t *testing.T) {
	t.Parallel()
	log := []page.Item{
		item("ask", page.ShortTerm, "Which host ran out of disk?"),
		later(spoken(item("call", page.ShortTerm, "df -h"), page.Assistant, ""), time.Second),
		later(spoken(item("result", page.ShortTerm, "/dev/sda1 100% on blue-7"), page.Tool, "shell"), 2*time.Second),
		later(spoken(item("say", page.ShortTerm, "It was blue-7."), page.Assistant, ""), 3*time.Second),
		later(item("next", page.ShortTerm, "Good, go on."), 4*time.Second),
	}
	got := newWorld(t, log, nil).matches("host disk")
	if !(got["call"] > got["result"] && got["result"] > got["say"] && got["say"] > 0) {
		t.Errorf("those who may answer have less each: %v", got)
	}
}
