package assemble_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// aTalk is a fact, a note, and a live talk with a tool.
func aTalk(tb interface{ Fatal(...any) }) *world {
	call := later(spoken(item("call", page.Immediate, `weather {"city": "Oslo"}`), page.Assistant, ""), 3*time.Minute)
	result := later(spoken(item("result", page.Immediate, "2 degrees, snow"), page.Tool, "weather"), 4*time.Minute)
	call.Group, result.Group = "c", "c"
	return newWorld(tb, []page.Item{
		later(item("note", page.ShortTerm, "Snow boots are in the cellar."), -day),
		later(spoken(item("hello", page.Immediate, "Good morning!"), page.Assistant, ""), time.Minute),
		later(spoken(item("ask", page.Immediate, "Do I need snow boots today?"), page.User, "Ana"), 2*time.Minute),
		call, result,
		later(spoken(item("ask2", page.Immediate, "And an umbrella?"), page.User, "Zoë D."), 5*time.Minute),
	}, []page.Item{item("fact", page.LongTerm, "Lives in Oslo.")})
}

func TestOpenAIMessages(t *testing.T) {
	t.Parallel()
	r := aTalk(t).ask(messages.AssembleRequest{Query: "snow boots in Oslo", MaxTokens: 500, Format: messages.FormatOpenAI})
	want := []messages.ChatMessage{
		{Role: "system", Content: "Known about the user:\nuser: Lives in Oslo.\nEarlier in this conversation:\nuser: Snow boots are in the cellar.\n"},
		{Role: "assistant", Content: "Good morning!"},
		{Role: "user", Content: "Do I need snow boots today?", Name: "Ana"},
		{Role: "assistant", Content: `weather {"city": "Oslo"}`},
		{Role: "user", Content: "weather: 2 degrees, snow\n"},
		{Role: "user", Content: "Zoë D.: And an umbrella?\n"},
	}
	if len(r.Messages) != len(want) || r.System != "" || r.Text != "" {
		t.Fatalf("got %q", r.Messages)
	}
	for i := range want {
		if r.Messages[i] != want[i] {
			t.Errorf("message %d is %q, want %q", i, r.Messages[i], want[i])
		}
	}
}

func TestAnthropicMessages(t *testing.T) {
	t.Parallel()
	r := aTalk(t).ask(messages.AssembleRequest{Query: "snow boots in Oslo", MaxTokens: 500, Format: messages.FormatAnthropic})
	system := "Known about the user:\nuser: Lives in Oslo.\nEarlier in this conversation:\nuser: Snow boots are in the cellar.\nassistant: Good morning!\n"
	if r.System != system {
		t.Errorf("system is %q, want %q", r.System, system)
	}
	if len(r.Messages) != 4 || r.Messages[0] != (messages.ChatMessage{Role: "user", Content: "Ana: Do I need snow boots today?\n"}) {
		t.Errorf("messages are %q", r.Messages)
	}
}

// TestChatMessagesAreWhatTheAPIsTake: roles that they know, content in each,
// Anthropic's first message a user's.
func TestChatMessagesAreWhatTheAPIsTake(t *testing.T) {
	t.Parallel()
	everyCheck(t, func(t *rapid.T, _ *world, r messages.AssembleRequest, reply messages.AssembleReply) {
		for i, m := range reply.Messages {
			switch {
			case m.Role == "system" && r.Format == messages.FormatOpenAI, m.Role == "user":
			case m.Role == "assistant" && (i > 0 || r.Format == messages.FormatOpenAI):
			default:
				t.Fatalf("message %d is %q in %s", i, m, r.Format)
			}
			if strings.TrimSpace(m.Content) == "" && r.Format == messages.FormatAnthropic || m.Content == "" || m.Name != "" && r.Format != messages.FormatOpenAI || strings.ContainsAny(m.Name, " /.") {
				t.Fatalf("message %d is %q in %s", i, m, r.Format)
			}
		}
	})
}

// TestAMessageOfWhiteSpaceIsNone: Anthropic's API refuses it, and with it all
// the others, so the turn comes as a line of the system text.
func TestAMessageOfWhiteSpaceIsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []page.Item{
		item("ask", page.Immediate, "Are you there?"),
		later(spoken(item("blank", page.Immediate, " \n\u00a0"), page.Assistant, ""), time.Minute),
		later(item("again", page.Immediate, "Hello?"), 2*time.Minute),
		later(spoken(item("named", page.Immediate, "\t"), page.User, "Ana"), 3*time.Minute),
	}, nil)
	r := w.ask(messages.AssembleRequest{MaxTokens: 500, Format: messages.FormatAnthropic})
	if got := len(r.Messages); got != 3 || r.Messages[2].Content != "Ana: \t\n" || !strings.HasSuffix(r.System, "assistant:  \n\u00a0\n") {
		t.Errorf("messages are %q, system is %q", r.Messages, r.System)
	}
	if r = w.ask(messages.AssembleRequest{MaxTokens: 500, Format: messages.FormatOpenAI}); len(r.Messages) != 4 {
		t.Errorf("OpenAI, which takes it, gets %q", r.Messages)
	}
}

// TestANameIsAFieldIfTheAPITakesIt: of 64 letters at most.
func TestANameIsAFieldIfTheAPITakesIt(t *testing.T) {
	t.Parallel()
	for name, takes := range map[string]bool{
		"a": true, strings.Repeat("a", 64): true, "Ana_B-9": true, "zZ0": true, strings.Repeat("a", 65): false, "Ana B": false, "Zoë": false, "a.b": false,
	} {
		w := newWorld(t, []page.Item{spoken(item("turn", page.Immediate, "Hello?"), page.User, name)}, nil)
		want := messages.ChatMessage{Role: "user", Content: "Hello?", Name: name}
		if !takes {
			want = messages.ChatMessage{Role: "user", Content: name + ": Hello?\n"}
		}
		if r := w.ask(messages.AssembleRequest{MaxTokens: 500, Format: messages.FormatOpenAI}); len(r.Messages) != 1 || r.Messages[0] != want {
			t.Errorf("%q: messages are %q, want %q", name, r.Messages, want)
		}
	}
}

// TestLevelsAreCountedByWhatIsRenderedOfThem: lines under headings, contents of
// messages; names, headings and what is around a message are overhead.
func TestLevelsAreCountedByWhatIsRenderedOfThem(t *testing.T) {
	t.Parallel()
	a := testAnalyzer(t)
	r := aTalk(t).ask(messages.AssembleRequest{Query: "snow boots in Oslo", MaxTokens: 500, Format: messages.FormatOpenAI})
	want := messages.TokenCount{
		Total: rendered(t, r), Max: 500,
		LongTerm: a.Count("user: Lives in Oslo.\n"), ShortTerm: a.Count("user: Snow boots are in the cellar.\n"),
	}
	for _, m := range r.Messages[1:] {
		want.Immediate += a.Count(m.Content)
	}
	want.Overhead = want.Total - want.Immediate - want.ShortTerm - want.LongTerm
	if r.Tokens != want {
		t.Errorf("got %+v, want %+v", r.Tokens, want)
	}
}
