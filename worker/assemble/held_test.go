package assemble_test

import (
	"runtime"
	"testing"
	"weak"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// The memory of an assembly is used again, and keeps nothing alive of what it
// was about: neither pages nor request. They may be megabytes, and a workspace
// may lie unused for long. A busy machine may keep something once, by a register
// of a goroutine that was stopped at a bad moment; a workspace would each time.
func TestAnAssemblyKeepsNothingOfItsInput(t *testing.T) {
	t.Parallel()
	const rounds = 20
	pages, requests := 0, 0
	for range rounds {
		session, user, request, term := assembled(t)
		runtime.GC() // once: a second one would empty the pool itself
		if session.Value() != nil || user.Value() != nil {
			pages++
		}
		if request.Value() != nil || term.Value() != nil {
			requests++
		}
	}
	if pages > rounds/2 {
		t.Errorf("a page is kept by the workspace, %d times of %d", pages, rounds)
	}
	if requests > rounds/2 {
		t.Errorf("the request or a term of its query is kept by the workspace, %d times of %d", requests, rounds)
	}
}

// assembled makes one context and forgets it.
func assembled(t *testing.T) (session, user weak.Pointer[byte], request weak.Pointer[messages.AssembleRequest], term weak.Pointer[assemble.Term]) {
	t.Helper()
	a, items := testAnalyzer(t), chatter(page.ShortTerm, 30)
	for i := range items {
		items[i].Name = []string{"Ana", "Bo"}[i%2]
	}
	in := assemble.Input{
		Session: fold(t, items), User: fold(t, []page.Item{item("fact", page.LongTerm, "Ana plays the clarinet.")}), Framing: a.Framing(),
		Request: &messages.AssembleRequest{Query: "What did Ana say of the clarinet?", MaxTokens: 500, Format: messages.FormatItems, Explain: true},
	}
	query := a.Query(in.Request.Query, "", testTime())
	in.Query = func() assemble.Query { return query }
	if len(assemble.Assemble(in).IDs) < 10 {
		t.Fatal("a context of so little shows nothing")
	}
	return weak.Make(&in.Session.Bytes()[0]), weak.Make(&in.User.Bytes()[0]), weak.Make(in.Request), weak.Make(&query.Terms[0])
}
