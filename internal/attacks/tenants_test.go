package attacks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
)

// hostileNames are names by which somebody might hope to reach what is another's.
var hostileNames = []string{
	"a", "*", ">", ".", "..", "a.b", "a.>", "a.*", "=2A", "=", "a b", "日本", "é", "e\u0301", "KV_ctx_short", "$KV.ctx_short",
}

// hostileTenant is the i-th of hostileNames. "*" is no tenant's name: in a ring
// it would make a key for all of them.
func hostileTenant(i int) string {
	if hostileNames[i] == messages.AnyTenant {
		return "**"
	}
	return hostileNames[i]
}

// keyOf is the key of the i-th hostile tenant, which may work for no other.
func keyOf(i int) envelope.Key {
	id := fmt.Sprint("tenant", i)
	return envelope.Key{ID: id, Secrets: secrets(id), Tenants: []string{hostileTenant(i)}, Grants: messages.Grants[:]}
}

// Every tenant stores under every name, as session and as user, and reads
// back under every name what it has stored there itself, and nothing else.
func TestHostileNamesMeetNobodyElse(t *testing.T) {
	t.Parallel()
	keys := make([]envelope.Key, len(hostileNames))
	for i := range keys {
		keys[i] = keyOf(i)
	}
	r := rig.Start(t, rig.Workers(2), rig.Keys(keys...))
	clients := make([]*client.Client, len(keys))
	for i := range keys {
		clients[i] = r.Client(func(o *client.Options) {
			o.KeyID, o.Secret, o.Tenant = keys[i].ID, keys[i].Secrets[0], hostileTenant(i)
		})
	}
	for i, c := range clients {
		for j, name := range hostileNames {
			for kind, request := range map[string]messages.StoreRequest{"session": {Session: name}, "user": {User: name}} {
				request.Items = []messages.Item{{ID: "same", Text: fmt.Sprintf("%s %d of tenant %d", kind, j, i)}}
				if _, err := c.Store(t.Context(), request); err != nil {
					t.Fatalf("tenant %q, owner %q: %v", hostileNames[i], name, err)
				}
			}
		}
	}
	for i, c := range clients {
		for j, name := range hostileNames {
			got, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: name, User: name, MaxTokens: 1000})
			if err != nil {
				t.Fatalf("tenant %q, owner %q: %v", hostileNames[i], name, err)
			}
			texts := []string{}
			for k := range got.Items {
				texts = append(texts, got.Items[k].Text)
			}
			slices.Sort(texts)
			if want := []string{fmt.Sprintf("session %d of tenant %d", j, i), fmt.Sprintf("user %d of tenant %d", j, i)}; !slices.Equal(texts, want) {
				t.Errorf("tenant %q reads %q of owner %q; want %q", hostileNames[i], texts, name, want)
			}
		}
	}
	clears(t, clients)
}

// clears lets one tenant clear all it has, and looks whether others lose something.
func clears(t *testing.T, clients []*client.Client) {
	t.Helper()
	for _, name := range hostileNames {
		for _, request := range []messages.ClearRequest{{Session: name}, {User: name}} {
			if _, err := clients[0].Clear(t.Context(), request); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, c := range clients[1:] {
		for _, name := range hostileNames {
			stats, err := c.Stats(t.Context(), messages.StatsRequest{Session: name, User: name})
			if err != nil || stats.Levels[messages.Immediate].Items != 1 || stats.Levels[messages.LongTerm].Items != 1 {
				t.Errorf("tenant %q has %+v of owner %q, %v; want one item of each", hostileNames[i+1], stats.Levels, name, err)
			}
		}
	}
}

// What cannot be shown in one line, or is not text, is no name.
func TestNamesThatAreNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	for _, name := range []string{`\u0000`, `a\u0000b`, `\n`, `\r\n`, `\u007f`, `\u0085`, ""} {
		for _, body := range []string{`{"session":"` + name + `","items":[{"text":"t"}]}`, `{"session":"s","items":[{"id":"` + name + `x\u0000","text":"t"}]}`} {
			a := w.ask(w.sign(letter{op: messages.OpStore, body: []byte(body)}))
			wantRefused(t, a, messages.CodeBadRequest)
		}
	}
	a := w.ask(w.sign(letter{op: messages.OpStore, body: []byte("{\"session\":\"\xff\",\"items\":[{\"text\":\"t\"}]}")}))
	wantRefused(t, a, messages.CodeBadJSON)
	for _, tenant := range []string{"\x00", "a\nb", "\xff", strings.Repeat("t", messages.MaxTenantBytes+1)} {
		a := w.ask(w.sign(listing().of(tenant)))
		if a.failed == nil || a.proved {
			t.Errorf("tenant %q: %q, %v", tenant, a.body, a.failed)
		}
	}
}

// A key of one tenant opens nothing of another, whatever it asks for.
func TestAnotherTenantsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	wantDone(t, w.ask(w.sign(storing("i", "the victim's"))))
	for _, l := range append([]letter{listing(), {op: messages.OpExport, body: []byte("{}")}, {op: messages.OpErase, body: []byte("{}")}}, everyOperation()...) {
		a := w.ask(w.sign(l.by("mallory")))
		wantRefused(t, a, messages.CodeForbidden)
		if strings.Contains(string(a.body), "the victim's") {
			t.Errorf("%s tells what is the victim's: %q", l.op, a.body)
		}
		w.enqueue(w.sign(l.by("mallory").on(messages.LaneJob)))
	}
	w.drained()
	wantTexts(t, w.texts("s"), "the victim's")
	a := w.ask(w.sign(listing().by("mallory").of(attacker)))
	wantDone(t, a)
	if strings.Contains(string(a.body), "the victim's") {
		t.Errorf("the attacker's own session of that name has %s", a.body)
	}
}

// everyOperation is asked for, about session "s".
func everyOperation() []letter {
	text := "changed"
	return []letter{
		storing("i", "x"),
		{op: messages.OpAssemble, body: messages.AssembleRequest{Session: "s", MaxTokens: 100}},
		{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "i", Text: &text}},
		{op: messages.OpDelete, body: messages.DeleteRequest{Session: "s", IDs: []string{"i"}}},
		{op: messages.OpClear, body: messages.ClearRequest{Session: "s"}},
		{op: messages.OpPromote, body: messages.PromoteRequest{Session: "s", User: "u", IDs: []string{"i"}, To: messages.LongTerm}},
		{op: messages.OpStats, body: messages.StatsRequest{Session: "s"}},
	}
}
