package messages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	got, err := Decode[StoreRequest]([]byte(" {\n\t\"session\": \"s\", \"user\": null,\r\n \"items\": [" +
		`{"text":"caf\u00e9 \ud83d\ude42","level":"short_term","importance":0.5,"pinned":true,"time":-100,"expires":0,"embedding":[1,-2.5e-3,0],` +
		`"metadata":{"Any Key":"v","":"empty","\u006B":"escaped","metadata":"m"}}]} ` + "\n"))
	fatalIf(t, err)
	half := 0.5
	want := StoreRequest{Session: "s", Items: []Item{{
		Text: "café 🙂", Level: ShortTerm, Importance: &half, Pinned: true, Time: -100, Embedding: []float32{1, -2.5e-3, 0},
		Metadata: map[string]string{"Any Key": "v", "": "empty", "k": "escaped", "metadata": "m"},
	}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestDecodeReadsEveryRequestItself(t *testing.T) {
	t.Parallel()
	half, yes, text := 0.5, true, "t"
	update := UpdateRequest{User: "u", ID: "i", Revision: 1 << 60, Text: &text, Importance: &half, Pinned: &yes, Metadata: &map[string]string{"A b": "c"}}
	body, err := json.Marshal(update)
	fatalIf(t, err)
	got, err := Decode[UpdateRequest](body)
	fatalIf(t, err)
	if !reflect.DeepEqual(got, update) {
		t.Errorf("got %+v, want %+v", got, update)
	}
	body, err = json.Marshal(DeleteReply{}) // a list that is nil is a null field
	fatalIf(t, err)
	if _, err := Decode[DeleteReply](body); err != nil {
		t.Errorf("%s: %v", body, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, body, message string }{
		{"nothing", ``, "the body must be a JSON object"},
		{"space alone", "  \n", "the body must be a JSON object"},
		{"a list", `[]`, "the body must be a JSON object"},
		{"null", `null`, "the body must be a JSON object"},
		{"a byte order mark", "\ufeff{}", "the body must be a JSON object"},
		{"not UTF-8", "{\"session\":\"\xff\"}", "not valid UTF-8"},
		{"overlong UTF-8", "{\"session\":\"\xc0\x80\"}", "not valid UTF-8"},
		{"an encoded surrogate", "{\"session\":\"\xed\xa0\x80\"}", "not valid UTF-8"},
		{"no end", `{"session":"s"`, "ends too early: expected ','"},
		{"no end of a string", `{"session":"s`, "ends too early: expected the end of a string"},
		{"no end of a list", `{"items":[`, "ends too early"},
		{"another object after", `{} {}`, "something follows the JSON object at byte 3"},
		{"rubbish after", `{}x`, "something follows the JSON object at byte 2"},
		{"a comma at the end", `{"session":"s",}`, "expected a name in quotes"},
		{"a comma at the end of a list", `{"items":[{},]}`, "expected a value"},
		{"no comma", `{"session":"s" "user":"u"}`, "expected ','"},
		{"no comma in a list", `{"items":[{} {}]}`, "expected ','"},
		{"no colon", `{"session" "s"}`, "expected ':'"},
		{"no quotes", `{session:"s"}`, "expected a name in quotes"},
		{"a comment", `{/* */}`, "expected a name in quotes"},
		{"single quotes", `{'session':'s'}`, "expected a name in quotes"},
		{"NaN", `{"items":[{"importance":NaN}]}`, "expected a value"},
		{"Infinity", `{"items":[{"importance":Infinity}]}`, "expected a value"},
		{"a wrong word", `{"items":[{"pinned":tru}]}`, "expected a value"},
		{"a plus sign", `{"items":[{"time":+1}]}`, "expected a value"},
		{"a leading zero", `{"items":[{"time":01}]}`, "expected ','"},
		{"a minus alone", `{"items":[{"time":-}]}`, "expected a digit"},
		{"a point at the end", `{"items":[{"importance":1.}]}`, "expected a digit"},
		{"an exponent alone", `{"items":[{"importance":1e+}]}`, "expected a digit"},
		{"a tab in a string", "{\"session\":\"a\tb\"}", "expected no control character in a string"},
		{"an unknown escape", `{"session":"\x41"}`, "expected an escape"},
		{"a short escape", `{"session":"\u00"}`, "expected an escape"},
		{"an escape with a sign", `{"session":"\u+041"}`, "expected an escape"},
		{"an escape at the end", `{"session":"\`, "ends too early: expected an escape"},
		{"the first half of a pair", `{"session":"\ud83d"}`, "not JSON at byte 18: expected the second half of a surrogate pair"},
		{"the first half of a pair and text", `{"session":"\ud83du+de42"}`, "expected the second half of a surrogate pair"},
		{"the first half twice", `{"session":"\ud83d\ud83d"}`, "the second half of a surrogate pair"},
		{"the second half of a pair", `{"session":"\ude42"}`, "expected the first half of a surrogate pair before the second"},
		{"the second half twice", `{"session":"\ude42\ude42"}`, "surrogate"},
		{"half a pair as a name", `{"\ud83d":1}`, "surrogate"},
		{"a name twice", `{"session":"a","user":"u","session":"b"}`, "the body has a name twice"},
		{"a name twice, once escaped", `{"session":"a","s\u0065ssion":"b"}`, "the body has a name twice"},
		{"a name twice in an item", `{"items":[{"text":"a"},{"text":"a","text":"b"}]}`, "items[1] has a name twice"},
		{"a metadata key twice", `{"items":[{"metadata":{"k":"a","k":"b"}}]}`, "items[0].metadata has a name twice"},
		{"a metadata key twice, once escaped", `{"items":[{"metadata":{"k":"a","\u006b":"b"}}]}`, "items[0].metadata has a name twice"},
		{"another case", `{"Session":"s"}`, "the body has a name that no field has"},
		{"another case in an item", `{"items":[{"TEXT":"s"}]}`, "items[0] has a name that no field has"},
		{"letters that fold to ours", "{\"\u017fession\":\"s\"}", "the body has a name that no field has"},
		{"an empty name", `{"":1}`, "the body has a name that no field has"},
		{"a very long name", `{"` + strings.Repeat("a", 65) + `":1}`, "the body has a name that no field has"},
		{"an unknown field", `{"sessions":"s"}`, `unknown field "sessions"`},
		{"an unknown field in an item", `{"items":[{},{},{"texts":"s"}]}`, `unknown field "texts" in items[2]:`},
		{"an unknown field beside those of items", `{"texts":"s","items":[{"words":"s"}]}`, `unknown field "texts":`},
		{"an unknown field and no list of items", `{"texts":"s","items":5}`, `unknown field "texts":`},
		{"null in a list", `{"items":[null]}`, "items has a null at byte"},
		{"null in an embedding", `{"items":[{"embedding":[1,null]}]}`, "items[0].embedding has a null"},
		{"null in metadata", `{"items":[{"metadata":{"k":null}}]}`, "items[0].metadata has a null"},
		{"a number for a string", `{"session":5}`, `field "session" must be a string, not this number, before byte 12`},
		{"a number for an item", `{"items":[{},{},5]}`, `field "items" must be an object, not this number, before byte 17`},
		{"a string for a list", `{"items":"s"}`, `field "items" must be a list, not a string`},
		{"an object for a list", `{"items":{}}`, `field "items" must be a list, not an object`},
		{"a list for an object", `{"items":[[]]}`, `must be an object, not a list`},
		{"a string for a number", `{"items":[{"importance":"1"}]}`, `must be a number in range, not a string`},
		{"a number for a truth", `{"items":[{"pinned":1}]}`, `must be true or false, not this number`},
		{"a truth for a string", `{"session":true}`, `field "session" must be a string, not true or false`},
		{"a fraction for a whole number", `{"items":[{"time":1.5}]}`, `must be a whole number in range, not this number`},
		{"a number too large", `{"items":[{"time":9223372036854775808}]}`, `must be a whole number in range, not this number`},
		{"a float too large", `{"items":[{"importance":1e999}]}`, `must be a number in range, not this number`},
		{"an embedding's number too large", `{"items":[{"embedding":[1e39]}]}`, `must be a number in range, not this number`},
		{"a negative revision", `{"items":[{"revision":-1}]}`, `must be a whole number in range, 0 or more, not this number`},
		{"an object as metadata's value", `{"items":[{"metadata":{"K":{"Y z":1}}}]}`, `must be a string, not an object`},
		{"metadata in another object's name", `{"metadata":{"Any":1}}`, `unknown field "metadata"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := Decode[StoreRequest]([]byte(test.body))
			wantCode(t, err, CodeBadJSON)
			if !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, want %q", err, test.message)
			}
			if !reflect.DeepEqual(got, StoreRequest{}) {
				t.Errorf("a refused body came out as %+v", got)
			}
		})
	}
}

func TestDecodeLimits(t *testing.T) {
	t.Parallel()
	deep := func(levels int) []byte {
		return []byte(`{"items":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + `}`)
	}
	if err := scanJSON(deep(MaxJSONDepth), maxListElements); err != nil {
		t.Errorf("%d levels are refused: %v", MaxJSONDepth, err)
	}
	wantCode(t, scanJSON(deep(MaxJSONDepth+1), maxListElements), CodeBadJSON)
	wantCode(t, scanJSON(bytes.Repeat([]byte(`{"a":`), 1_000_000), maxListElements), CodeBadJSON)
	wide := func(names int) []byte {
		b := []byte(`{"items":[{"metadata":{`)
		for i := range names {
			b = fmt.Appendf(b, `"k%d":"",`, i)
		}
		return append(b[:len(b)-1], `}}]}`...)
	}
	if err := scanJSON(wide(maxObjectFields), maxListElements); err != nil {
		t.Errorf("%d names are refused: %v", maxObjectFields, err)
	}
	wantCode(t, scanJSON(wide(maxObjectFields+1), maxListElements), CodeTooLarge)
}

// TestDecodeErrorsShowNoValues puts something private in every place of a wrong body.
func TestDecodeErrorsShowNoValues(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"session":7777777}`, `{"items":[{"text":7777777}]}`, `{"items":"7777777"}`, `{"items":[{"metadata":{"7777777":7777777}}]}`,
		`{"items":[{"metadata":{"7777777":"a","7777777":"b"}}]}`, `{"A7777777":1}`, `{"session":"7777777`, `{"session":"7777777\x"}`,
		`{"items":[{"metadata":{"7777777":null}}]}`, `{"items":[{"metadata":{"7777777":{"x":null}}}]}`, `{"items":[{"metadata":{"7777777":[null]}}]}`,
	} {
		_, err := Decode[StoreRequest]([]byte(body))
		wantCode(t, err, CodeBadJSON)
		if strings.Contains(err.Error(), "7777777") {
			t.Errorf("the error shows a value: %v", err)
		}
	}
}

// picky is a type whose own reader fails with an error that shows what it read.
type picky struct{}

func (*picky) UnmarshalText(text []byte) error { return fmt.Errorf("bad %s", text) }

func TestDecodeIntoOtherTypes(t *testing.T) {
	t.Parallel()
	_, err := Decode[struct {
		F picky `json:"f"`
	}]([]byte(`{"f":"7777777"}`))
	if err == nil || err.Error() != "bad_json: the JSON does not fit the request" {
		t.Errorf("got %v", err)
	}
	_, err = Decode[[]int]([]byte(`{}`))
	if err == nil || err.Error() != "bad_json: the body must be a list, not an object, before byte 1" {
		t.Errorf("got %v", err)
	}
	if got, err := Decode[map[string]int]([]byte(`{"a":1}`)); err != nil || got["a"] != 1 {
		t.Errorf("got %v, %v", got, err)
	}
}
