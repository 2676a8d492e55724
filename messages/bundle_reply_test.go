package messages

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages/plainjson/jsontest"
)

func drawPartReply(t *rapid.T) PartReply {
	return PartReply{
		Place:  rapid.IntRange(0, MaxBundle-1).Draw(t, "place"),
		Status: rapid.IntRange(100, 999).Draw(t, "status"),
		Body:   jsontest.Object(t),
	}
}

// Whatever is in the bodies, replies are read as they were added, and encoding/json reads them alike.
func TestRepliesToABundleAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var p PartReplies
		for range rapid.IntRange(1, 3).Draw(t, "messages") { // one after the other
			var in []PartReply
			for range rapid.IntRange(1, 5).Draw(t, "replies") {
				in = append(in, drawPartReply(t))
				p.Add(in[len(in)-1])
			}
			body := p.Take()
			got, err := ReadPartReplies(body)
			if err != nil || !reflect.DeepEqual(got, in) {
				t.Fatalf("%s\nis read as %+v, %v\nwant       %+v", body, got, err, in)
			}
			if want, is := asPartReplies(body); !is || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s\nis read as %+v\nby encoding/json as %+v, %t", body, got, want, is)
			}
		}
	})
}

func TestTakenRepliesAreGone(t *testing.T) {
	t.Parallel()
	var p PartReplies
	if !p.Empty() {
		t.Error("there is something before anything was added")
	}
	p.Add(PartReply{Place: 1, Status: 200, Body: []byte(`{}`)})
	if p.Empty() {
		t.Error("nothing is there after something was added")
	}
	first := p.Take()
	if !p.Empty() {
		t.Error("something is left")
	}
	kept := string(first)
	p.Add(PartReply{Place: 2, Status: 404, Body: []byte(`{"code":"not_found"}`)})
	if second := string(p.Take()); string(first) != kept || second != `{"replies":[{"place":2,"status":404,"body":{"code":"not_found"}}]}` {
		t.Errorf("%s was taken, and is %s after %s", kept, first, second)
	}
}

// Replies are written into the memory that they are given, over what was there.
func TestRepliesAreWrittenIntoTheMemoryThatTheyAreGiven(t *testing.T) {
	t.Parallel()
	memory := bytes.Repeat([]byte("x"), 200)
	var p PartReplies
	p.Into(memory)
	if !p.Empty() {
		t.Error("what was in the memory is taken for replies")
	}
	p.Add(PartReply{Status: 200, Body: []byte(`{}`)})
	if body := p.Take(); &body[0] != &memory[0] || string(body) != `{"replies":[{"place":0,"status":200,"body":{}}]}` {
		t.Errorf("%s, in other memory", body)
	}
}

// A body that has all the room there is makes a message of no more than was said.
func TestARepliesRoomIsThere(t *testing.T) {
	t.Parallel()
	last := PartReply{Place: MaxBundle - 1, Status: 999}
	rapid.Check(t, func(t *rapid.T) {
		var p PartReplies
		for range rapid.IntRange(0, 3).Draw(t, "before") {
			p.Add(drawPartReply(t))
		}
		most := rapid.IntRange(2000, 5000).Draw(t, "most")
		room := p.Room(most)
		last.Body = []byte(`{"` + strings.Repeat("a", room-len(`{"":1}`)) + `":1}`)
		p.Add(last)
		if n := len(p.Take()); n > most {
			t.Fatalf("a body of %d bytes, for which there was room, makes %d of at most %d", room, n, most)
		} else if n < most-partReplyBytes {
			t.Fatalf("a body of %d bytes fills the room, and %d bytes of %d are left", room, most-n, most)
		}
	})
}

// A newer worker may say more: of any kind, before, between and after what there is, in the whole and in each reply.
func TestFieldsOfANewerWorkerArePassedOver(t *testing.T) {
	t.Parallel()
	want := []PartReply{{Place: 3, Status: 200, Body: []byte(`{"new":"]"}`)}, {Place: 0, Status: 409, Body: []byte(`{}`)}}
	for _, value := range jsontest.Values() {
		for _, space := range []string{"", " ", "\n\t"} {
			body := strings.NewReplacer("NEW", `"new"`+space+":"+space+value+space, "OLD", `"old":`+value).Replace(
				`{NEW,"replies":[{NEW,"place":3,OLD,"status":200,"body":{"new":"]"}},{"place":0,"status":409,"body":{},NEW}],OLD}`)
			if got, err := ReadPartReplies([]byte(body)); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s\nis read as %+v, %v", body, got, err)
			}
		}
	}
}

func TestReadPartRepliesRefusesWhatIsNone(t *testing.T) {
	t.Parallel()
	const good = `{"new":[1,"]"],"replies":[{"place":0,"status":200,"body":{"a":"\"}"}},{"place":12,"status":409,"body":{}}]}`
	for n := range len(good) {
		if got, err := ReadPartReplies([]byte(good[:n])); err == nil {
			t.Errorf("%s is read as %+v", good[:n], got)
		}
	}
	for _, body := range []string{
		good + "x", good + "{}", `[]`, `null`, `"replies"`, `{"replies":{}}`, `{"replies":null}`, `{"replies":[1]}`, `{"replies":[null]}`, `{"replies":[{}{}]}`, `{"replies":[{},]}`,
		`{"replies":[{"place":"0"}]}`, `{"replies":[{"place":0.5}]}`, `{"replies":[{"place":1e3}]}`, `{"replies":[{"place":12345678901234567890}]}`, `{"replies":[{"status":null}]}`,
		`{"replies":[{"body":[]}]}`, `{"replies":[{"body":"{}"}]}`, `{"replies":[{"body":null}]}`, `{"replies":[{"body":}]}`, `{"new":}`, `{"new":,"replies":[]}`, `{"new"}`, `{"new":]}`,
	} {
		if got, err := ReadPartReplies([]byte(body)); err == nil {
			t.Errorf("%s is read as %+v", body, got)
		}
	}
}

// asPartReplies reads replies to a bundle by way of encoding/json, which takes
// names in another case too: so by their names.
func asPartReplies(body []byte) (replies []PartReply, is bool) {
	var elements []json.RawMessage
	whole, is := members(body)
	if !is || whole["replies"] != nil && json.Unmarshal(whole["replies"], &elements) != nil {
		return nil, false
	}
	for _, e := range elements {
		fields, is := members(e)
		r := PartReply{Place: -1, Body: fields["body"]} // of nobody, if it does not say whose it is
		for name, field := range map[string]*int{"place": &r.Place, "status": &r.Status} {
			is = is && (fields[name] == nil || json.Unmarshal(fields[name], field) == nil)
		}
		if !is {
			return nil, false
		}
		replies = append(replies, r)
	}
	return replies, true
}

// FuzzReadPartReplies holds what is read of a reply against encoding/json, where
// that takes it: of other bodies it is enough that nothing panics.
func FuzzReadPartReplies(f *testing.F) {
	for _, value := range jsontest.Values() {
		f.Add([]byte(`{"new":` + value + `,"replies":[{"place":0,"status":200,"body":{"a":` + value + `}},{"place":1,"new":` + value + `}]}`))
	}
	for _, body := range []string{`{"replies":[]}`, `{"replies":[{"status":200}]}`, `{"replies":[{"body":{]}]}`, `{"a":}`, `{"a":]`, `{"a":"`, `{"a":"\`, `{`, ``} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := ReadPartReplies(body)
		if want, is := asPartReplies(body); err == nil && is && !reflect.DeepEqual(got, want) {
			t.Fatalf("%q\nis read as %+v\nwant       %+v", body, got, want)
		}
	})
}
