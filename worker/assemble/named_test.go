package assemble_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestASpeakerIsNamedWithoutAccents, or with those that the name has not.
func TestASpeakerIsNamedWithoutAccents(t *testing.T) {
	t.Parallel()
	for name, asked := range map[string]string{"Zoë D.": "zoe", "Łukasz": "Lukasz", "José": "Jose", "Jose": "José", "Strauß": "Strauss", "Nguyễn Văn": "nguyen", "ΖΩΉ": "Ζωη", "Zoë": "Zoë"} {
		session := chatter(page.ShortTerm, 8)
		session = append(session,
			spoken(item("other", page.ShortTerm, "The clarinet is on the shelf."), page.User, "Bo"),
			spoken(item("named", page.ShortTerm, "The clarinet is on the shelf."), page.User, name))
		reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "Where did " + asked + " put the clarinet?", MaxTokens: 1000, Explain: true})
		for _, c := range reply.Explain {
			if c.ID == "named" && c.Parts["speaker"] <= 1 || c.ID == "other" && c.Parts["speaker"] != 0 {
				t.Errorf("%s is asked for as %s: %+v", name, asked, c)
			}
		}
	}
}

// TestWhoIsNamedIsTheSameInBothPages: one name is one, whoever's page it is in, and
// of two nobody's turns count for more.
func TestWhoIsNamedIsTheSameInBothPages(t *testing.T) {
	t.Parallel()
	said := func(id, name string, level page.Level) page.Item {
		return spoken(item(id, level, "The clarinet is on the shelf of "+id+"."), page.User, name)
	}
	w := newWorld(t,
		append(chatter(page.ShortTerm, 8), said("ana", "Ana", page.ShortTerm), said("bo", "Bo", page.ShortTerm)),
		[]page.Item{said("fact", "Ana", page.LongTerm), said("other", "Bo", page.LongTerm)})
	for query, want := range map[string]map[string]bool{
		"What did Ana say of the clarinet?":        {"ana": true, "fact": true},
		"What did Ana and Bo say of the clarinet?": {},
		"What did Bo say of Ana's clarinet?":       {"bo": true, "other": true},
	} {
		for _, c := range w.ask(messages.AssembleRequest{Query: query, MaxTokens: 1000, Explain: true}).Explain {
			if _, got := c.Parts["speaker"]; got != want[c.ID] {
				t.Errorf("%q: turns of %s count for more: %v, want %v", query, c.ID, got, want[c.ID])
			}
		}
	}
}

// TestWhoIsNamedByMoreWordsIsMeant: one word alone names all who have it, two name
// who has both, and the owner of something is no other than one with a single name.
func TestWhoIsNamedByMoreWordsIsMeant(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 8)
	for _, name := range []string{"Ana Souza", "Lima, Ana", "Souza", "Bo"} {
		session = append(session, spoken(item(name, page.ShortTerm, "The clarinet is on the shelf of "+name[:2]+"."), page.User, name))
	}
	w := newWorld(t, session, []page.Item{spoken(item("fact", page.LongTerm, "Has a clarinet."), page.User, "Ana Lima")})
	for query, want := range map[string][]string{
		"What did Ana Souza say of the clarinet?":             {"Ana Souza"},
		"What did Ana Lima say of the clarinet?":              {"Lima, Ana", "fact"},
		"What did Ana say of the clarinet?":                   {"Ana Souza", "Lima, Ana", "fact"},
		"What did Souza say of the clarinet?":                 {"Ana Souza", "Souza"},
		"What did Ana Souza and Ana Lima say of the clarinet": {"Ana Souza", "Lima, Ana", "fact"},
		"What did Bo say of Ana Lima's clarinet?":             {"Bo"},
		"What did Ana Lima say of Bo's clarinet?":             {"Lima, Ana", "fact"},
	} {
		var got []string
		for _, c := range w.ask(messages.AssembleRequest{Query: query, MaxTokens: 1000, Explain: true}).Explain {
			if c.Parts["speaker"] > 1 {
				got = append(got, c.ID)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%q: turns of %q count for more, want %q", query, got, want)
		}
	}
}

// TestANameWithAHyphenIsOneName: in another form it weighs no more, so that the named
// speaker's turns come before those that speak of that speaker.
func TestANameWithAHyphenIsOneName(t *testing.T) {
	t.Parallel()
	session := chatter(page.ShortTerm, 30)
	for i := range session {
		session[i].Name = []string{"Ana", "Jean-Luc", "Bo"}[i%3]
	}
	session = append(session,
		later(spoken(item("of", page.ShortTerm, "I met Jean-Luc and his dog today."), page.User, "Bo"), -5*day),
		later(spoken(item("by", page.ShortTerm, "The pump in the cellar leaks again."), page.User, "Jean-Luc"), -7*day))
	w := newWorld(t, session, nil)
	for _, query := range []string{"What did Jean-Luc say about the pump?", "What did Jean-Luc's neighbour say about the pump?"} {
		if ids := w.ask(messages.AssembleRequest{Query: query, MaxTokens: 500, MaxItems: 1}).IDs; !slices.Equal(ids, []string{"by"}) {
			t.Errorf("%q: %q come first", query, ids)
		}
	}
}

// TestAFormThatNobodyWritesIsNotMissed, and nothing misspelt either: "login" has slips
// that mean something else.
func TestAFormThatNobodyWritesIsNotMissed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, append(chatter(page.ShortTerm, 30),
		later(item("logic", page.ShortTerm, "A book of logic."), -day), later(item("log", page.ShortTerm, "A log of the pump."), -3*day)), nil)
	scores := map[string]map[string]float64{}
	for _, query := range []string{"the log in pump", "the log-in pump", "the login pump"} {
		scores[query] = map[string]float64{}
		for _, c := range w.ask(messages.AssembleRequest{Query: query, MaxTokens: 500, Explain: true}).Explain {
			scores[query][c.ID] = c.Score
			if c.ID == "logic" && (c.Parts["match"] > 0) != (query == "the login pump") {
				t.Errorf("%q finds logic by %v", query, c.Parts["match"])
			}
		}
	}
	if together, apart := scores["the log-in pump"], scores["the log in pump"]; !maps.Equal(together, apart) {
		t.Errorf("with a hyphen %v, without %v", together, apart)
	}
}
