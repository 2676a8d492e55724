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

// TestTwoTurnsEitherSideLend: of the same speaker's turns around one that holds
// a word two on either side borrow it, the nearer more, and no third.
func TestTwoTurnsEitherSideLend(t *testing.T) {
	t.Parallel()
	got := newWorld(t, talkOf(3, "Ana", "Ana", "Ana", "Ana", "Ana", "Ana", "Ana"), nil).matches("clarinet")
	for side, by := range map[string][3]string{"before": {"2", "1", "0"}, "after": {"4", "5", "6"}} {
		if one, two, three := got[by[0]], got[by[1]], got[by[2]]; one <= two || two <= 0 || three != 0 {
			t.Errorf("%s it the first borrows %v, the second %v, the third %v", side, one, two, three)
		}
	}
}

// TestTurnsLendLessTheLongerTheyAreApart: an answer after ten minutes has less
// to do with what was said than one at once.
func TestTurnsLendLessTheLongerTheyAreApart(t *testing.T) {
	t.Parallel()
	borrowed := func(apart time.Duration) (other, same float64) {
		talk := talkOf(0, "Ana", "Bo", "Ana")
		for i := range talk {
			talk[i].Time = talk[0].Time + int64(i)*apart.Milliseconds()
		}
		got := newWorld(t, talk, nil).matches("clarinet")
		return got["1"], got["2"]
	}
	other, same := borrowed(time.Second)
	for _, apart := range []time.Duration{5 * time.Minute, 14 * time.Minute, 29 * time.Minute} {
		o, s := borrowed(apart)
		if o <= 0 || o >= other || s <= 0 || s >= same {
			t.Errorf("%s apart another's turn borrows %v (before %v), the same one's %v (before %v)", apart, o, other, s, same)
		}
		other, same = o, s
	}
	if o, s := borrowed(31 * time.Minute); o != 0 || s != 0 {
		t.Errorf("after the sitting's end %v and %v are borrowed", o, s)
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

// TestAGroupSharesWhatIsAskedInIt: what a question names is lent to the rest of its
// group as what is stated is, however far that is.
func TestAGroupSharesWhatIsAskedInIt(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"The clarinet is mine.", "Whose is the clarinet?"} {
		items := []page.Item{
			item("of it", page.ShortTerm, text),
			later(item("of its group", page.ShortTerm, "That may well be so."), 24*time.Hour),
			later(item("of none", page.ShortTerm, "Perhaps it is not."), 48*time.Hour),
		}
		items[0].Group, items[1].Group = "g", "g"
		if got := newWorld(t, items, nil).matches("clarinet"); got["of its group"] <= 0 || got["of none"] != 0 {
			t.Errorf("of %q its group has %v, others %v", text, got["of its group"], got["of none"])
		}
	}
}

// TestWordsAboutTheTalkWeighLittle: who asks what somebody mentioned looks for
// what it was, not for a turn that says "mentioned".
func TestWordsAboutTheTalkWeighLittle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []page.Item{
		item("talk", page.ShortTerm, "As you mentioned in our conversation."),
		later(item("cheese", page.ShortTerm, "That cheese was fine."), 48*time.Hour),
	}, nil)
	got := w.matches("Which cheese was mentioned in the conversation?")
	if got["talk"] <= 0 || got["talk"] > got["cheese"]/2 {
		t.Errorf("the turn about the talk has %v, the one about cheese %v", got["talk"], got["cheese"])
	}
}
