package messages

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// differ tells how the plain way and the general way read one body differently.
func differ[T any](t *testing.T, body []byte) {
	t.Helper()
	var got T
	plain := plainly(body, &got)
	want, err := decode[T](body, maxListElements)
	if plain && err != nil {
		t.Fatalf("%s\nwas read plainly as %+v, which the general way refuses: %v", body, got, err)
	}
	if plain && !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\nread plainly as %+v\nwant            %+v", body, got, want)
	}
}

// FuzzPlainReader proves that the fast way to read a request takes nothing
// that the general way refuses, and reads nothing differently.
func FuzzPlainReader(f *testing.F) {
	for _, body := range plainBodies {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		differ[AssembleRequest](t, body)
		differ[StoreRequest](t, body)
	})
}

var plainBodies = []string{
	`{}`, `{"session":"s","max_tokens":10}`, `{"session": "s" , "max_tokens" : 10 } `, `{"session":"a","session":"b"}`, `{"query":"a\nb\"\\\/"}`,
	`{"query":"\u00e9"}`, `{"query":"a\`, `{"max_tokens":1e3}`, `{"max_tokens":01}`, `{"max_tokens":-0}`, `{"max_tokens":1234567890123456789}`,
	`{"min_revision":{"session":1,"user":2}}`, `{"min_revision":{"session":-1}}`, `{"min_revision":{"session":-0}}`, `{"max_tokens":4294967297}`, `{"items":[{"text":"t","accesses":-2147483649}]}`, `{"embedding":[1,-2.5e-3]}`, `{"embedding":[]}`, `{"embedding":[1,]}`,
	`{"items":[{"text":"t","metadata":{"a":"b","":"c"},"pinned":true,"importance":0.5,"accesses":3,"time":1}]}`, `{"items":[]}`, `{"items":[{}]}`,
	`{"items":[{"metadata":{"a":"b","a":"c"}}]}`, `{"items":[{"tokens":1}]}`, `{"items":[{"pinned":tru}]}`, `{"items":null}`, `{"user":null}`,
	`{"session":"s"}x`, `{"session":"s",}`, `{"a":1}`, "{\"session\":\"\xff\"}", "{\"session\":\"a\tb\"}", `[]`, ``, `{"items":[{"importance":1.}]}`,
	`{"items":[{"importance":1e999}]}`, `{"items":[{"\u0074ext":"t"}]}`, `{"items":[{"metadata":{"\n":"b"}}]}`,
	`{"items":[{"metadata":{"a":null}}]}`, `{"items":[{"importance":null}]}`, `{"items":[null]}`, `{"embedding":[null]}`, `{"min_revision":null}`, `{"max_tokens":null}`,
	`{"filter":{"levels":["immediate","immediate"],"roles":["tool","tool","x"]}}`, `{"session":"s","filter":{"levels":[]},"max_tokens":5}`,
}

func TestPlainAndGeneralReadersAgree(t *testing.T) {
	t.Parallel()
	for _, body := range plainBodies {
		differ[AssembleRequest](t, []byte(body))
		differ[StoreRequest](t, []byte(body))
	}
	rapid.Check(t, func(rt *rapid.T) {
		body := []byte(rapid.SampledFrom(plainBodies).Draw(rt, "body"))
		for range rapid.IntRange(1, 3).Draw(rt, "edits") {
			at := rapid.IntRange(0, len(body)).Draw(rt, "at")
			piece := rapid.SampledFrom([]string{"", `"`, `\`, ",", "{", "}", "[", "]", ":", "1", "-", ".", "e", " ", "null", "\x00", "\xff", `\u00`}).Draw(rt, "piece")
			cut := rapid.IntRange(0, min(2, len(body)-at)).Draw(rt, "cut")
			body = append(append(append([]byte{}, body[:at]...), piece...), body[at+cut:]...)
		}
		differ[AssembleRequest](t, body)
		differ[StoreRequest](t, body)
	})
}

// What encoders write of an everyday request must go the fast way, or that
// would be of no use.
func TestEverydayRequestsAreReadPlainly(t *testing.T) {
	t.Parallel()
	half := 0.5
	assemble := AssembleRequest{
		Session: "s", User: "u", Query: "what did \"she\" say?\nand when", MaxTokens: 2048, ReserveTokens: 10, MaxItems: 5, Format: FormatText, Now: 1_772_000_000_000,
		HalfLifeMS: 5, Embedding: []float32{0.25, -1e-7}, MaxStaleMS: 60_000, MinRevision: &Revision{Session: 7, User: 9},
	}
	store := StoreRequest{Session: "s", Items: []Item{
		{ID: "i", Level: ShortTerm, Role: Tool, Name: "Tomás", Text: "a\tb", Time: 1, Importance: &half, Accesses: 3, Pinned: true, Group: "g", Metadata: map[string]string{"k": "v"}, Expires: 9, Language: "pt", Embedding: []float32{1}},
		{Text: "plain"},
	}}
	readsPlainly(t, &assemble)
	readsPlainly(t, &store)
}

func readsPlainly[T any](t *testing.T, want *T) {
	t.Helper()
	spread, err := json.MarshalIndent(want, "", "  ")
	fatalIf(t, err)
	dense, err := AppendJSON(nil, want)
	fatalIf(t, err)
	for _, body := range [][]byte{spread, dense} {
		var got T
		if !plainly(body, &got) {
			t.Errorf("%s\nis not read plainly", body)
		} else if !reflect.DeepEqual(&got, want) {
			t.Errorf("%s\nread as %+v\nwant    %+v", body, got, *want)
		}
	}
}

// Reading an assemble allocates its strings and nothing else.
func TestAPlainAssembleAllocatesItsStringsAlone(t *testing.T) {
	body := []byte(`{"session":"s40","query":"which pump did the mechanic order?","max_tokens":2048,"format":"text","max_stale_ms":60000}`)
	allocations := testing.AllocsPerRun(100, func() {
		if _, err := Decode[AssembleRequest](body); err != nil {
			t.Fatal(err)
		}
	})
	if allocations > 6 { // session, query, format, and two numbers
		t.Errorf("%v allocations", allocations)
	}
}

func BenchmarkDecodePlain(b *testing.B) {
	body := []byte(`{"session":"s40","query":"Which pump did the mechanic order for the heating, and when does it arrive?","max_tokens":2048,"format":"text","max_stale_ms":60000}`)
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Decode[AssembleRequest](body); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("general", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := decode[AssembleRequest](body, maxListElements); err != nil {
				b.Fatal(err)
			}
		}
	})
}
