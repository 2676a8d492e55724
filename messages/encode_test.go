package messages

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// anyReply draws replies with every field, most of them sometimes empty.
func anyReply() *rapid.Generator[AssembleReply] {
	text := rapid.OneOf(rapid.String(), rapid.Just(""), rapid.StringOfN(rapid.RuneFrom([]rune("\x00\x1f\"\\\n\r\t<>&\u2028\u2029\u007f\ufffdä😀")), 0, 40, -1),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	item := rapid.Custom(func(t *rapid.T) Item {
		it := Item{
			ID: text.Draw(t, "id"), Level: Level(text.Draw(t, "level")), Role: Role(text.Draw(t, "role")),
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
	return rapid.Custom(func(t *rapid.T) AssembleReply {
		n := rapid.IntRange(0, 2)
		r := AssembleReply{
			Items: rapid.SliceOfN(item, 0, 3).Draw(t, "items"), Text: text.Draw(t, "text"), System: text.Draw(t, "system"),
			IDs:      rapid.SliceOfN(text, 0, 3).Draw(t, "ids"),
			Tokens:   TokenCount{Total: 1, Max: rapid.Int().Draw(t, "max"), Immediate: 2, ShortTerm: -3, LongTerm: 4, Overhead: 5},
			Revision: Revision{Session: rapid.Uint64Range(0, 2).Draw(t, "session"), User: rapid.Uint64().Draw(t, "user")},
		}
		for range n.Draw(t, "messages") {
			r.Messages = append(r.Messages, ChatMessage{Role: text.Draw(t, "role"), Content: text.Draw(t, "content"), Name: text.Draw(t, "name")})
		}
		for range n.Draw(t, "stale") {
			r.Stale = append(r.Stale, Staleness{Tier: text.Draw(t, "tier"), AgeMS: rapid.Int64().Draw(t, "age")})
		}
		for range n.Draw(t, "degraded") {
			r.Degraded = append(r.Degraded, Degradation{Tier: text.Draw(t, "tier"), Reason: text.Draw(t, "reason")})
		}
		for range n.Draw(t, "explain") {
			r.Explain = append(r.Explain, Candidate{ID: text.Draw(t, "id"), Score: 0.5, Parts: map[string]float64{"a": 1}})
		}
		return r
	})
}

func TestAppendJSONReadsAsEncodingJSONs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		reply := anyReply().Draw(t, "reply")
		ours, err := AppendJSON(nil, &reply)
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

func TestAppendJSONWritesRequestsAsEncodingJSONReadsThem(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		reply := anyReply().Draw(t, "reply")
		number := rapid.IntRange(0, 3)
		store := StoreRequest{Session: reply.Text, User: reply.System, Items: reply.Items}
		ask := AssembleRequest{
			Session: reply.Text, User: reply.System, Query: reply.Text, MaxTokens: number.Draw(t, "tokens"), ReserveTokens: number.Draw(t, "reserve"),
			MaxItems: number.Draw(t, "items"), Format: Format(reply.System), Explain: rapid.Bool().Draw(t, "explain"), Now: int64(number.Draw(t, "now")),
			HalfLifeMS: int64(number.Draw(t, "half-life")), MaxStaleMS: int64(number.Draw(t, "stale")),
		}
		if rapid.Bool().Draw(t, "all") {
			ask.Shares, ask.Filter, ask.MinRevision = &Shares{Immediate: 0.5}, &Filter{Levels: []Level{ShortTerm}}, &reply.Revision
		}
		for _, v := range []any{&store, &ask, &StoreReply{IDs: reply.IDs, Tokens: 3, Revision: reply.Revision}} {
			sameJSON(t, v)
		}
	})
}

// A pointer to nothing empties a field, as one to an empty map or list does.
func TestAnUpdateCanEmptyAField(t *testing.T) {
	t.Parallel()
	var none map[string]string
	var vector []float32
	body, err := AppendJSON(nil, &UpdateRequest{Session: "s", ID: "i", Metadata: &none, Embedding: &vector})
	fatalIf(t, err)
	read, err := Decode[UpdateRequest](body)
	fatalIf(t, err)
	if read.Metadata == nil || len(*read.Metadata) > 0 || read.Embedding == nil || len(*read.Embedding) > 0 {
		t.Errorf("a worker reads %s as %+v", body, read)
	}
	if body, err = AppendJSON(nil, &UpdateRequest{Session: "s", ID: "i"}); err != nil || string(body) != `{"session":"s","id":"i"}` {
		t.Errorf("an update of nothing: %s, %v", body, err)
	}
}

// sameJSON holds what AppendJSON writes against what encoding/json does.
func sameJSON(t *rapid.T, v any) {
	ours, err := AppendJSON(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var a, b map[string]any
	if err := json.Unmarshal(ours, &a); err != nil {
		t.Fatalf("%v in %s", err, ours)
	}
	if err := json.Unmarshal(theirs, &b); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"ids", "items"} {
		if value, has := b[list]; has && value == nil {
			b[list] = []any{} // ours is never null
		}
	}
	if !reflect.DeepEqual(a, b) {
		t.Fatalf("ours   %s\ntheirs %s", ours, theirs)
	}
}

func BenchmarkEncode(b *testing.B) {
	reply := AssembleReply{IDs: []string{}, Tokens: TokenCount{Total: 1000}}
	for range 60 {
		reply.Items = append(reply.Items, Item{ID: "0123456789012345678901-0", Level: Immediate, Role: User, Name: "Ann",
			Text: strings.Repeat("what they said that day, ", 5), Time: 1_700_000_000_000, Tokens: 30, Revision: 123456})
	}
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		var body []byte
		for b.Loop() {
			var err error
			if body, err = AppendJSON(body[:0], &reply); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(reply); err != nil {
				b.Fatal(err)
			}
		}
	})
}
