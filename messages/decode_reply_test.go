package messages

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// anyContext draws a reply of any form, with text that needs every kind of escape.
func anyContext(t *rapid.T) AssembleReply {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z"\\/\n\t ,\[\]]{0,40}`))
	texts := rapid.SliceOfN(text, 0, 4)
	r := AssembleReply{
		Text: text.Draw(t, "text"), System: text.Draw(t, "system"), IDs: texts.Draw(t, "ids"),
		Tokens:   TokenCount{Total: rapid.Int().Draw(t, "total"), Max: 7},
		Revision: Revision{Session: rapid.Uint64().Draw(t, "revision")},
	}
	if rapid.Bool().Draw(t, "stale") {
		r.Stale = []Staleness{{Tier: text.Draw(t, "tier"), AgeMS: rapid.Int64Range(0, 1<<50).Draw(t, "age")}, {Tier: "L3"}}
	}
	for _, s := range texts.Draw(t, "items") {
		r.Items = append(r.Items, Item{ID: "i", Text: s, Metadata: map[string]string{"k": s}})
		r.Messages = append(r.Messages, ChatMessage{Role: "user", Content: s})
		r.Explain = append(r.Explain, Candidate{ID: s, Parts: map[string]float64{"words": 0.5}})
	}
	return r
}

func TestDecodeReplyReadsWhatEncodingJSONReads(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body, err := json.Marshal(anyContext(t))
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "spread") {
			var spread strings.Builder
			e := json.NewEncoder(&spread)
			e.SetIndent(" ", "\t")
			if err := e.Encode(json.RawMessage(body)); err != nil {
				t.Fatal(err)
			}
			body = []byte(spread.String())
		}
		var got, want AssembleReply
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		if err := DecodeReply(body, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\nread as %+v, %v\nwant    %+v", body, got, err, want)
		}
	})
}

func TestDecodeReplyRefusesOtherLists(t *testing.T) {
	t.Parallel()
	for _, ids := range []string{`["a" 1]`, `["a",2]`, `[3]`, `["a"`, `["a]`, `"a"`, `{}`, `[["a"]]`, `["a\x"]`} {
		var r AssembleReply
		if err := DecodeReply([]byte(`{"ids":`+ids+`,"tokens":{}}`), &r); err == nil {
			t.Errorf("%s is read as %q", ids, r.IDs)
		}
	}
}

func TestDecodeReplySaysThatABodyIsNoReply(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `[]`, `null`, `{`, `{"text"}`, `{"text":"a"`, `{"text":"a" "b"}`, `{"text":"a"}x`} {
		for _, reply := range []any{&AssembleReply{}, &StoreReply{}} {
			if err := DecodeReply([]byte(body), reply); err == nil || err.Error() != "not the JSON of a reply" {
				t.Errorf("%s: %v", body, err)
			}
		}
	}
}

func TestDecodeReplyPassesOverWhatIsNew(t *testing.T) {
	t.Parallel()
	var r AssembleReply
	err := DecodeReply([]byte(`{"new":{"a":[1,"}"]},"ids":null,"text":"é","tokens":{"total":3}}`), &r)
	if err != nil || r.Text != "é" || r.Tokens.Total != 3 || r.IDs != nil {
		t.Fatalf("read as %+v, %v", r, err)
	}
}

// What a worker writes is read back as it was, in every form.
func TestDecodeReplyReadsWhatAppendJSONWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		reply := anyReply().Draw(t, "reply")
		body, err := AppendJSON(nil, &reply)
		if err != nil {
			t.Fatal(err)
		}
		var got, want AssembleReply
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		if err := DecodeReply(body, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\nread as %+v, %v\nwant    %+v", body, got, err, want)
		}
	})
}

// The items of an everyday reply are read by hand: a dozen fields an item
// would take encoding/json longer than the worker took for the whole context.
func TestItemsOfAReplyAllocateTheirStringsAlone(t *testing.T) {
	reply := AssembleReply{IDs: []string{}}
	for range 60 {
		reply.Items = append(reply.Items, Item{ID: "item", Level: Immediate, Role: User, Name: "Ann", Text: "what they said", Time: 1, Tokens: 3, Revision: 7})
	}
	body, err := AppendJSON(nil, &reply)
	fatalIf(t, err)
	const strings, rest = 3, 20 // the list grows a few times; level and role are words that are known
	allocations := testing.AllocsPerRun(20, func() {
		var got AssembleReply
		if err := DecodeReply(body, &got); err != nil || len(got.Items) != len(reply.Items) {
			t.Fatal(err)
		}
	})
	if most := float64(len(reply.Items)*strings + rest); allocations > most {
		t.Errorf("%v allocations, want at most %v", allocations, most)
	}
}

// FuzzDecodeReply proves that the fast way to read a reply reads all that means
// one thing, and that encoding/json takes, as encoding/json does.
func FuzzDecodeReply(f *testing.F) {
	for _, body := range replyBodies {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		readsAsEncodingJSON[AssembleReply](t, body)
		readsAsEncodingJSON[StoreReply](t, body)
	})
}

var replyBodies = []string{
	`{"text":"a\nb","ids":["x","y"],"tokens":{"total":1},"revision":{}}`, `{"text":null,"ids":[]}`, `{"system":null,"ids":null,"tokens":null,"revision":null}`,
	`{"items":null,"messages":null,"stale":null,"degraded":null,"explain":null}`, `{ "ids" : [ "a" , "b]" , "\u00e9" ] , "new" : [{"a":{}}] }`,
	`{"items":[{"id":"i","level":"immediate","text":"\ud83d\ude00","importance":-0,"embedding":[1e-3],"metadata":{},"tokens":-0}],"messages":[{"role":"user","content":"c","new":1}]}`,
	`{"stale":[{"tier":"L2","age_ms":3}],"degraded":[{"tier":"L3","reason":"unavailable"}],"explain":[{"id":"i","parts":{"words":0.5},"in":true}]}`,
	`{"ids":["a"],"tokens":3,"revision":{"session":18446744073709551615,"user":1}}`, `{"tokens":{"total":1234567890123456789,"max":-1}}`, `{"text":"a","ids":["a"]} `,
	`{"text":1}`, `{"ids":[1]}`, `{"tokens":{"total":1.5}}`, `{"text":"a"`, `{"text":"a"}x`, `{"text":"a\x"}`, `{"ids":["a",]}`, `{,}`, `[]`, `null`, ``,
}

func TestDecodeReplyReadsBodiesOfEveryKind(t *testing.T) {
	t.Parallel()
	for _, body := range replyBodies {
		readsAsEncodingJSON[AssembleReply](t, []byte(body))
		readsAsEncodingJSON[StoreReply](t, []byte(body))
	}
}

// readsAsEncodingJSON holds the fast way against encoding/json, where that takes
// a body that means one thing: of another it is enough that nothing panics.
func readsAsEncodingJSON[Reply any](t *testing.T, body []byte) {
	t.Helper()
	var got, want Reply
	err := DecodeReply(body, &got)
	if scanJSON(body, len(body)) != nil || json.Unmarshal(body, &want) != nil {
		return
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\nread as %+v, %v\nwant    %+v", body, got, err, want)
	}
}

func BenchmarkDecodeReply(b *testing.B) {
	r := AssembleReply{Text: strings.Repeat("Ines: The mechanic ordered the pump.\n", 160)}
	for range 80 {
		r.IDs = append(r.IDs, "0123456789abcdefghijkl-0")
	}
	body, err := json.Marshal(r)
	if err != nil {
		b.Fatal(err)
	}
	for name, read := range map[string]func([]byte, *AssembleReply) error{
		"own":           func(body []byte, r *AssembleReply) error { return DecodeReply(body, r) },
		"encoding/json": func(body []byte, r *AssembleReply) error { return json.Unmarshal(body, r) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				var r AssembleReply
				if err := read(body, &r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
