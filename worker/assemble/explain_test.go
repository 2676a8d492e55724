package assemble_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestAllThatIsInIsExplained, however many candidates are better and out.
func TestAllThatIsInIsExplained(t *testing.T) {
	t.Parallel()
	session := make([]page.Item, 0, 2001)
	for i := range cap(session) - 1 {
		session = append(session, item(fmt.Sprint(i), page.ShortTerm, fmt.Sprintf("The pump runs again, says meter %d.", i)))
	}
	session = append(session, later(item("live", page.Immediate, "Good morning!"), day))
	reply := newWorld(t, session, nil).ask(messages.AssembleRequest{Query: "pump", MaxTokens: 200, Explain: true})
	explained := 0
	for _, c := range reply.Explain {
		if c.In {
			explained++
		}
	}
	if !slices.Contains(reply.IDs, "live") || explained != len(reply.IDs) || len(reply.Explain) != explained+1000 {
		t.Errorf("%d of %d that are in are explained, and %d that are out", explained, len(reply.IDs), len(reply.Explain)-explained)
	}
}

// TestAGroupIsToldOfWhereThereIsOne: an item that has its group to itself is
// left out for its own tokens, and one of several for those of all.
func TestAGroupIsToldOfWhereThereIsOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mates int
		flags page.Flags
		want  string
	}{
		{1, page.Pinned, "larger than the whole budget: 12 tokens, 10 allowed"},
		{2, page.Pinned, "larger than the whole budget: 24 tokens with its group, 10 allowed"},
		{1, 0, "did not fit: 12 tokens, 10 left"},
		{2, 0, "did not fit: 24 tokens with its group, 10 left"},
	} {
		session := make([]page.Item, c.mates)
		for i := range session {
			session[i] = item(fmt.Sprint(i), page.ShortTerm, fmt.Sprintf("The pump runs again, says meter %d.", i))
			session[i].Group, session[i].Flags = "g", c.flags
		}
		for _, told := range newWorld(t, session, nil).ask(messages.AssembleRequest{MaxTokens: 10, Explain: true}).Explain {
			if told.Verdict != c.want {
				t.Errorf("of a group of %d, flags %d: %q, want %q", c.mates, c.flags, told.Verdict, c.want)
			}
		}
	}
}
