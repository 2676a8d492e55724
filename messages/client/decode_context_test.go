package client

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
)

// anyContext draws a reply of any form, with text that needs every kind of escape.
func anyContext(t *rapid.T) messages.AssembleReply {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z"\\/\n\t ]{0,40}`))
	texts := rapid.SliceOfN(text, 0, 4)
	r := messages.AssembleReply{
		Text: text.Draw(t, "text"), System: text.Draw(t, "system"), IDs: texts.Draw(t, "ids"),
		Tokens:   messages.TokenCount{Total: rapid.Int().Draw(t, "total"), Max: 7},
		Revision: messages.Revision{Session: rapid.Uint64().Draw(t, "revision")},
	}
	for _, s := range texts.Draw(t, "items") {
		r.Items = append(r.Items, messages.Item{ID: "i", Text: s, Metadata: map[string]string{"k": s}})
		r.Messages = append(r.Messages, messages.ChatMessage{Role: "user", Content: s})
		r.Explain = append(r.Explain, messages.Candidate{ID: s, Parts: map[string]float64{"words": 0.5}})
	}
	return r
}

func TestDecodeContextReadsWhatEncodingJSONReads(t *testing.T) {
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
		var got, want messages.AssembleReply
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		if err := decodeContext(body, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\nread as %+v, %v\nwant    %+v", body, got, err, want)
		}
	})
}

func TestDecodeContextPassesOverWhatIsNew(t *testing.T) {
	t.Parallel()
	var r messages.AssembleReply
	err := decodeContext([]byte(`{"new":{"a":[1,"}"]},"ids":null,"text":"é","tokens":{"total":3}}`), &r)
	if err != nil || r.Text != "é" || r.Tokens.Total != 3 || r.IDs != nil {
		t.Fatalf("read as %+v, %v", r, err)
	}
}

func TestWhatIsNoContextIsABadReply(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"", "null", "[]", "{", `{"text"`, `{"text":`, `{"text":"`, `{"text":"a\`, `{"text":"\u12"}`, `{"text":1}`,
		`{"ids":["a"`, `{"ids":[1]}`, `{"tokens":"x"}`, `{"text":"a"} x`, `{"text":"a" "ids":[]}`, `{1:2}`,
	} {
		var r messages.AssembleReply
		if err := decode([]byte(body), &r); !errors.Is(err, ErrBadReply) {
			t.Errorf("%q: %v; want ErrBadReply", body, err)
		}
	}
}

func FuzzDecodeContext(f *testing.F) {
	f.Add([]byte(`{"text":"a\nb","ids":["x","y"],"tokens":{"total":1},"revision":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var got, want messages.AssembleReply
		if json.Unmarshal(body, &want) != nil {
			_ = decodeContext(body, &got) // must not panic
			return
		}
		if err := decodeContext(body, &got); err == nil && got.Tokens != want.Tokens && strings.Count(string(body), "tokens") == 1 {
			t.Fatalf("%s\nread as %+v\nwant    %+v", body, got, want)
		}
	})
}

func BenchmarkDecodeContext(b *testing.B) {
	r := messages.AssembleReply{Text: strings.Repeat("Ines: The mechanic ordered the pump.\n", 160)}
	for range 80 {
		r.IDs = append(r.IDs, "0123456789abcdefghijkl-0")
	}
	body, err := json.Marshal(r)
	if err != nil {
		b.Fatal(err)
	}
	for name, read := range map[string]func([]byte, *messages.AssembleReply) error{
		"own":           decodeContext,
		"encoding/json": func(body []byte, r *messages.AssembleReply) error { return json.Unmarshal(body, r) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				var r messages.AssembleReply
				if err := read(body, &r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
