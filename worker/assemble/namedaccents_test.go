package assemble_test

import (
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
