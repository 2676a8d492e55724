package worker

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// An update changes each field of an item that it names, to nothing too, and no other.
func TestAnUpdateChangesTheFieldThatItNames(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	importance := 0.5
	whole := messages.Item{
		ID: "i", Text: "before it all", Level: messages.Immediate, Role: messages.User, Name: "Ann", Time: 1000, Importance: &importance,
		Accesses: 3, Pinned: true, Group: "g", Metadata: map[string]string{"a": "1"}, Expires: 253_402_300_799_000, Language: "en", Embedding: []float32{0.5, -1},
	}
	for _, c := range []struct{ field, value string }{
		{"text", `"after it all"`}, {"level", `"short_term"`}, {"role", `"assistant"`}, {"name", `"Bob"`}, {"name", `""`}, {"time", `2000`},
		{"importance", `0.25`}, {"importance", `0`}, {"importance", `-1`}, {"accesses", `7`}, {"accesses", `0`}, {"pinned", `false`}, {"pinned", `true`}, {"group", `"h"`}, {"group", `""`},
		{"metadata", `{"b":"2"}`}, {"metadata", `{}`}, {"expires", `253402300798000`}, {"expires", `0`}, {"language", `"de"`}, {"embedding", `[0.25,1]`},
	} {
		store(t, r.ask, messages.StoreRequest{Session: "s", Items: []messages.Item{whole}})
		want := r.fields("s")
		body := fmt.Sprintf(`{"session":"s","id":"i",%q:%s}`, c.field, c.value)
		must[messages.UpdateReply](t, r.ask(call{op: messages.OpUpdate, body: []byte(body)}))
		var value any
		if err := json.Unmarshal([]byte(c.value), &value); err != nil {
			t.Fatal(err)
		}
		want[c.field] = value
		if v := reflect.ValueOf(value); c.field != "importance" && v.IsZero() || v.Kind() == reflect.Map && v.Len() == 0 || value == messages.NoImportance {
			delete(want, c.field) // of importance 0 is one to have, and -1 is none
		}
		if got := r.fields("s"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the item is %v; want %v", body, got, want)
		}
	}
}

// fields are those of the one item of a session, but what its text and its place in the log make them.
func (r *rig) fields(session string) map[string]any {
	r.t.Helper()
	var reply struct{ Items []map[string]any }
	o := r.ask(call{op: messages.OpList, body: listOf(session)})
	if err := json.Unmarshal(o.body, &reply); err != nil || len(reply.Items) != 1 {
		r.t.Fatalf("%s: %v", o.body, err)
	}
	maps.DeleteFunc(reply.Items[0], func(field string, _ any) bool { return field == "revision" || field == "tokens" })
	return reply.Items[0]
}
