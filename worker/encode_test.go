package worker

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
)

// anyReply draws replies with every field, most of them sometimes empty.
func anyReply() *rapid.Generator[messages.AssembleReply] {
	text := rapid.OneOf(rapid.String(), rapid.Just(""), rapid.StringOfN(rapid.RuneFrom([]rune("\x00\x1f\"\\\n\r\t<>&\u2028\u2029\u007f\ufffdä😀")), 0, 40, -1),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	item := rapid.Custom(func(t *rapid.T) messages.Item {
		it := messages.Item{
			ID: text.Draw(t, "id"), Level: messages.Level(text.Draw(t, "level")), Role: messages.Role(text.Draw(t, "role")),
			Name: text.Draw(t, "name"), Text: text.Draw(t, "text"), Time: rapid.Int64().Draw(t, "time"), Pinned: rapid.Bool().Draw(t, "pinned"),
			Accesses: rapid.Int().Draw(t, "accesses"), Group: text.Draw(t, "group"), Expires: rapid.Int64().Draw(t, "expires"), Language: text.Draw(t, "language"),
			Embedding: rapid.SliceOfN(rapid.Float32(), 0, 4).Draw(t, "embedding"), Tokens: rapid.Int().Draw(t, "tokens"), Revision: rapid.Uint64().Draw(t, "revision"),
		}
		if n := rapid.IntRange(0, 3).Draw(t, "pairs"); n > 0 {
			it.Metadata = map[string]string{}
			for range n {
				it.Metadata[rapid.String().Draw(t, "key")] = text.Draw(t, "value")
			}
		}
		if rapid.Bool().Draw(t, "important") {
			x := rapid.Float64Range(-1, 1).Draw(t, "importance")
			it.Importance = &x
		}
		return it
	})
	return rapid.Custom(func(t *rapid.T) messages.AssembleReply {
		n := rapid.IntRange(0, 2)
		r := messages.AssembleReply{
			Items: rapid.SliceOfN(item, 0, 3).Draw(t, "items"), Text: text.Draw(t, "text"), System: text.Draw(t, "system"),
			IDs:      rapid.SliceOfN(text, 0, 3).Draw(t, "ids"),
			Tokens:   messages.TokenCount{Total: 1, Max: rapid.Int().Draw(t, "max"), Immediate: 2, ShortTerm: -3, LongTerm: 4, Overhead: 5},
			Revision: messages.Revision{Session: rapid.Uint64Range(0, 2).Draw(t, "session"), User: rapid.Uint64().Draw(t, "user")},
		}
		for range n.Draw(t, "messages") {
			r.Messages = append(r.Messages, messages.ChatMessage{Role: text.Draw(t, "role"), Content: text.Draw(t, "content"), Name: text.Draw(t, "name")})
		}
		for range n.Draw(t, "stale") {
			r.Stale = append(r.Stale, messages.Staleness{Tier: text.Draw(t, "tier"), AgeMS: rapid.Int64().Draw(t, "age")})
		}
		for range n.Draw(t, "degraded") {
			r.Degraded = append(r.Degraded, messages.Degradation{Tier: text.Draw(t, "tier"), Reason: text.Draw(t, "reason")})
		}
		for range n.Draw(t, "explain") {
			r.Explain = append(r.Explain, messages.Candidate{ID: text.Draw(t, "id"), Score: 0.5, Parts: map[string]float64{"a": 1}})
		}
		return r
	})
}

func TestAssembleEncodingReadsAsEncodingJSONs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		reply := anyReply().Draw(t, "reply")
		ours, err := new(buffers).encode(&reply)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := json.Marshal(reply)
		if err != nil {
			t.Fatal(err)
		}
		var a, b any
		if err := json.Unmarshal(ours, &a); err != nil {
			t.Fatalf("%v in %s", err, ours)
		}
		if err := json.Unmarshal(theirs, &b); err != nil {
			t.Fatal(err)
		}
		if ids, ok := b.(map[string]any); ok && ids["ids"] == nil {
			ids["ids"] = []any{} // ours is never null
		}
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("ours   %s\ntheirs %s", ours, theirs)
		}
	})
}

func TestHeaderTextIsOneBoundedLine(t *testing.T) {
	t.Parallel()
	got := headerText("a\r\nNats-Rollup: all\x00" + strings.Repeat("ü", 400))
	if strings.ContainsAny(got, "\r\n\x00") || len(got) > maxErrorHeader || !strings.HasSuffix(got, "ü") {
		t.Fatalf("%q", got)
	}
}

func BenchmarkEncodeAssemble(b *testing.B) {
	reply := messages.AssembleReply{IDs: []string{}, Tokens: messages.TokenCount{Total: 1000}}
	for range 60 {
		reply.Items = append(reply.Items, messages.Item{ID: "0123456789012345678901-0", Level: messages.Immediate, Role: messages.User, Name: "Ann",
			Text: strings.Repeat("what they said that day, ", 5), Time: 1_700_000_000_000, Tokens: 30, Revision: 123456})
	}
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		var kept buffers
		for b.Loop() {
			body, err := kept.encode(&reply)
			if err != nil {
				b.Fatal(err)
			}
			kept.put(body)
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := marshal(reply); err != nil {
				b.Fatal(err)
			}
		}
	})
}
