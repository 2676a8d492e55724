package assemble_test

import (
	"reflect"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

func TestWireItem(t *testing.T) {
	t.Parallel()
	it := page.Item{
		ID: "call-1", Level: page.Immediate, Role: page.Tool, Flags: page.Pinned, Name: "search", Text: "2 hits", Group: "g",
		Language: "en", Metadata: []page.Pair{{Key: "k", Value: "v"}}, Time: 1_700_000_000_000, Expires: 1_900_000_000_000,
		Importance: 0.7, Embedding: []float32{1, 2},
	}
	p := fold(t, []page.Item{it})
	importance := 0.7
	want := messages.Item{
		ID: "call-1", Level: messages.Immediate, Role: messages.Tool, Pinned: true, Name: "search", Text: "2 hits", Group: "g",
		Language: "en", Metadata: map[string]string{"k": "v"}, Time: 1_700_000_000_000, Expires: 1_900_000_000_000,
		Importance: &importance, Embedding: []float32{1, 2}, Tokens: testAnalyzer(t).Count("search: 2 hits\n"), Revision: 1,
	}
	if got := assemble.WireItem(p, 0); !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		role       page.Role
		name, want string
	}{
		{page.User, "", "user: x\n"}, {page.Tool, "", "tool: x\n"}, {page.Assistant, "Eve", "Eve: x\n"},
		{page.User, "/root", "user /root: x\n"}, {page.System, " a", "system  a: x\n"}, {0, "", "user: x\n"},
	} {
		if got := string(assemble.AppendLine(nil, c.role, c.name, "x")); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestImportanceComesBackAsItWasGiven, 0 as well, and none as none.
func TestImportanceComesBackAsItWasGiven(t *testing.T) {
	t.Parallel()
	for _, given := range []float64{0, 0.1, 0.7, 1} {
		it := page.Item{Importance: float32(given)}
		if got := assemble.WireStored(&it, 1).Importance; got == nil || *got != given {
			t.Errorf("%v comes back as %v", given, got)
		}
	}
	if got := assemble.WireStored(&page.Item{Importance: -1}, 1).Importance; got != nil {
		t.Errorf("none comes back as %v", *got)
	}
}
