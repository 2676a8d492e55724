package imports

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

func parseText(t *testing.T, path, data string, d Defaults) []Record {
	t.Helper()
	if d.Level == "" {
		d.Level = messages.ShortTerm
	}
	records, err := Parse(path, []byte(data), d)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestChatLineFillsAnItem(t *testing.T) {
	t.Parallel()
	line := `{"role":"assistant","name":"Bot","content":[{"type":"text","text":"one"},{"type":"text","text":"two"}],"time":"2026-03-02T18:04:00Z",` +
		`"session":"s.1 *","user":"u","level":"immediate","id":"m 1","metadata":{"Source Of":"x"},"importance":0.5,"accesses":12,"pinned":true,"group":"g","expires":1800000000,"language":"en"}`
	got := parseText(t, "a.jsonl", line, Defaults{})
	half := 0.5
	want := Record{line: 1, Owner: messages.Owner{Kind: messages.SessionOwner, ID: "s.1 *"}, Item: messages.Item{
		ID: "m 1", Level: messages.Immediate, Role: messages.Assistant, Name: "Bot", Text: "one\ntwo", Time: 1772474640000,
		Importance: &half, Accesses: 12, Pinned: true, Group: "g", Metadata: map[string]string{"Source Of": "x"}, Expires: 1800000000000, Language: "en",
	}}
	if got[0].size == 0 {
		t.Error("the item was not weighed")
	}
	got[0].size = 0
	if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestChatDefaults(t *testing.T) {
	t.Parallel()
	data := "\xef\xbb\xbf" + `{"content":"a"}` + "\n\n" + `{"role":"developer","content":"b","user":"v","level":"long_term"}` + "\n"
	got := parseText(t, "dir/chat.log.jsonl", data, Defaults{})
	if o := got[0].Owner; o.Kind != messages.SessionOwner || o.ID != "chat.log" || got[0].Item.Level != messages.ShortTerm || got[0].Item.Role != messages.User {
		t.Errorf("first line: %+v", got[0])
	}
	if o := got[1].Owner; o.Kind != messages.UserOwner || o.ID != "v" || got[1].line != 3 || got[1].Item.Role != messages.System {
		t.Errorf("second line: %+v", got[1])
	}
	if given := parseText(t, "x.jsonl", data, Defaults{Session: "mine"}); given[0].Owner.ID != "mine" {
		t.Errorf("--session is not taken: %+v", given[0])
	}
}

func TestChatTimes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		`"2026-03-02T18:04:00Z"`: 1772474640000, `"2026-03-02T19:04:00.5+01:00"`: 1772474640500, `1772474640`: 1772474640000,
		`1772474640.25`: 1772474640250, `1772474640123`: 1772474640123, `"1772474640"`: 1772474640000, `null`: 0,
	} {
		if got := parseText(t, "a.jsonl", `{"content":"x","time":`+text+`}`, Defaults{}); got[0].Item.Time != want {
			t.Errorf("%s: got %d, want %d", text, got[0].Item.Time, want)
		}
	}
}

func TestToolCallsAndResultsAreOneGroup(t *testing.T) {
	t.Parallel()
	got := parseText(t, "a.jsonl", strings.Join([]string{
		`{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"find","arguments":"{\"q\":1}"}},{"id":"c2","function":{"name":"get","arguments":"{}"}}]}`,
		`{"role":"tool","content":"found","tool_call_id":"c1","name":"find"}`,
		`{"role":"tool","content":"got","tool_call_id":"c2"}`,
		`{"role":"user","content":"thanks"}`,
	}, "\n"), Defaults{})
	if got[0].Item.Text != "find({\"q\":1})\nget({})" {
		t.Errorf("the calls read %q", got[0].Item.Text)
	}
	for i, want := range []string{"c1", "c1", "c1", ""} {
		if got[i].Item.Group != want {
			t.Errorf("line %d is of group %q, want %q", i+1, got[i].Item.Group, want)
		}
	}
}

func TestIDsFollowFromContentAndPlace(t *testing.T) {
	t.Parallel()
	lines := []string{`{"content":"ok"}`, `{"content":"why?"}`, `{"content":"ok"}`, `{"content":"ok","role":"assistant"}`}
	first := parseText(t, "a.jsonl", strings.Join(lines, "\n"), Defaults{})
	again := parseText(t, "a.jsonl", strings.Join(append(lines, `{"content":"more"}`), "\n"), Defaults{})
	seen := make(map[string]bool)
	for i, r := range first {
		if r.Item.ID != again[i].Item.ID {
			t.Errorf("line %d has another id after a line was added", i+1)
		}
		if seen[r.Item.ID] {
			t.Errorf("line %d has the id of another", i+1)
		}
		seen[r.Item.ID] = true
	}
	if other := parseText(t, "b.jsonl", lines[0], Defaults{}); other[0].Item.ID == first[0].Item.ID {
		t.Error("the same text in another session has the same id")
	}
}

const talk = `{
"name": "weekend",
"speakers": ["Ana", "Bo"],
"turns": [
{"id": "D1:1", "session": 1, "at": "2026-03-02T18:04:00Z", "speaker": "Ana", "text": "Look!", "caption": "a photo of a dog"},
{"id": "D1:2", "session": 1, "at": "2026-03-02T18:04:00Z", "speaker": "Bo", "text": "", "caption": "two cats"},
{"id": "D2:1", "session": 2, "at": "2026-03-03T18:04:00Z", "speaker": "Ana", "text": "Hi again"}
],
"questions": [{"question": "?", "category": 1, "evidence": ["D1:1"]}]
}`

func TestConversationFile(t *testing.T) {
	t.Parallel()
	got := parseText(t, "w.json", talk, Defaults{})
	want := []messages.Item{
		{ID: "D1:1", Level: messages.ShortTerm, Role: messages.User, Name: "Ana", Text: "Look! [shares a photo of a dog]", Time: 1772474640000},
		{ID: "D1:2", Level: messages.ShortTerm, Role: messages.User, Name: "Bo", Text: "[shares a photo of two cats]", Time: 1772474640001},
		{ID: "D2:1", Level: messages.ShortTerm, Role: messages.User, Name: "Ana", Text: "Hi again", Time: 1772561040000},
	}
	for i, r := range got {
		if r.Owner != (messages.Owner{Kind: messages.SessionOwner, ID: "weekend"}) || r.line != 5+i || !reflect.DeepEqual(r.Item, want[i]) {
			t.Errorf("turn %d: got %+v, want %+v", i, r, want[i])
		}
	}
}

func TestBadFilesNameFileAndLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ data, want string }{
		"not json":          {"{\"content\":\"a\"}\nhello\n", "f.jsonl:2: "},
		"unknown field":     {"{\"content\":\"a\",\"colour\":\"red\"}", "f.jsonl:1: "},
		"no content":        {"{\"content\":\"a\"}\n\n{\"role\":\"user\"}", "f.jsonl:3: the message has no content"},
		"bad role":          {`{"role":"wizard","content":"a"}`, `unknown role "wizard"`},
		"image":             {`{"content":[{"type":"image_url"}]}`, "only text parts"},
		"number":            {`{"content":7}`, "content must be text"},
		"bad time":          {`{"content":"a","time":"soon"}`, "time:"},
		"bad level":         {`{"content":"a","level":"medium"}`, "f.jsonl:1: level"},
		"long_term nobody":  {`{"content":"a","level":"long_term"}`, "--user"},
		"id twice":          {"{\"content\":\"a\",\"id\":\"x\"}\n{\"content\":\"b\",\"id\":\"x\"}", `f.jsonl:2: id "x" stands in line 1`},
		"a line too large":  {"{\"content\":\"a\"}\n{\"content\":\"" + strings.Repeat("x", 11<<20) + "\"}", "f.jsonl:2: the item makes a request of 11534475 bytes"},
		"larger in JSON":    {"{\"content\":\"" + strings.Repeat("\\u0001", 2<<20) + "\"}", "f.jsonl:1: the item makes a request of"},
		"a turn too large":  {"{\"name\":\"n\",\"turns\":[\n{\"id\":\"a\",\"at\":\"2026-03-02T18:04:00Z\",\"text\":\"" + strings.Repeat("x", 11<<20) + "\"}]}", "f.jsonl:2: the item makes"},
		"an export's lines": {`{"items":[{"text":"a"}],"total":1,"revision":{}}` + "\n" + `{"content":"b"}`, "f.jsonl:2: bad_json: unknown field"},
		"not UTF-8":         {"{\"content\":\"a\"}\n{\"content\":\"\xff\"}", "f.jsonl:2: not UTF-8"},
		"no name":           {`{"turns":[{"id":"a","at":"2026-03-02T18:04:00Z","text":"x"}]}`, "no name"},
		"turn without id":   {"{\"name\":\"n\",\"turns\":[\n{\"at\":\"2026-03-02T18:04:00Z\",\"text\":\"x\"}]}", "f.jsonl:2: the turn has no id"},
		"turn at no time":   {"{\"name\":\"n\",\"turns\":[\n\n{\"id\":\"a\",\"text\":\"x\"}]}", "f.jsonl:3: "},
		"turn of nothing":   {"{\"name\":\"n\",\"turns\":[\n{\"id\":\"a\",\"at\":\"2026-03-02T18:04:00Z\"}]}", "f.jsonl:2: text is empty"},
		"turn mistyped":     {"{\"name\":\"n\",\"turns\":[\n{\"id\":1}\n,{}]}", "f.jsonl:2: "},
		"turn twice":        {strings.Replace(talk, "D1:2", "D1:1", 1), "f.jsonl:6: "},
		"odd conversation":  {"{\"name\":\"n\",\"turns\":[],\n\"weather\":1}", `f.jsonl:2: unknown field "weather"`},
		"null for turns":    {`{"name":"n","turns":null}`, "there must be '[', not null"},
		"text for turns":    {`{"name":"n","turns":"a"}`, "there must be '[', not a string"},
		"two in one":        {strings.ReplaceAll(talk+talk, "\n", ""), "a file holds one"},
	} {
		_, err := Parse("f.jsonl", []byte(c.data), Defaults{Level: messages.ShortTerm})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "f.jsonl:") {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestAnEmptyFileIsAnError(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "empty.jsonl")
	if err := os.WriteFile(path, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readRecords(path, nil, Defaults{}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}

// All that a list says of an item comes with it, but for what is of where it was.
func TestExportedItemsAreWhole(t *testing.T) {
	t.Parallel()
	half := 0.5
	item := messages.Item{ID: "m 1", Level: messages.Immediate, Role: messages.Tool, Name: "Bot", Text: "one", Time: 5, Importance: &half, Accesses: 12,
		Pinned: true, Group: "g", Metadata: map[string]string{"k": "v"}, Expires: 9, Language: "en", Embedding: []float32{0.1, 0.2}}
	listed := item
	listed.Tokens, listed.Revision = 3, 812
	page, err := messages.AppendJSON(nil, &messages.ListReply{Items: []messages.Item{listed}, Total: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got := parseText(t, "s.jsonl", string(page)+"\n", Defaults{}); len(got) != 1 || got[0].Owner.ID != "s" || !reflect.DeepEqual(got[0].Item, item) {
		t.Errorf("got %+v, want %+v", got, item)
	}
}

// Whatever is in a file: no panic, and what is read can be stored, once.
func FuzzParseRecords(f *testing.F) {
	f.Add([]byte(talk))
	f.Add([]byte(`{"role":"user","content":"a","time":1772474640}` + "\n" + `{"content":[{"type":"text","text":"b"}],"tool_calls":[{"id":"c"}]}`))
	f.Add([]byte(`{"items":[{"id":"a","level":"short_term","role":"tool","text":"b","time":5,"embedding":[0.5],"tokens":3,"revision":9}],"total":1,"revision":{"session":9}}`))
	f.Add([]byte(`{"turns":[{"id":"\u0000","at":"9999-12-31T23:59:59Z","text":"x"}],"name":"n"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d := Defaults{Session: "s", User: "u", Level: messages.ShortTerm}
		records, err := Parse("f", data, d)
		if err != nil {
			return
		}
		again, err := Parse("f", data, d)
		if err != nil || !reflect.DeepEqual(records, again) {
			t.Fatalf("read again: %v", err)
		}
		type place struct {
			owner messages.Owner
			id    string
		}
		seen := make(map[place]bool)
		for _, r := range records {
			at := place{r.Owner, r.Item.ID}
			if seen[at] || r.Item.ID == "" || r.Item.Text == "" || !r.Owner.Present() {
				t.Fatalf("record %+v", r)
			}
			seen[at] = true
			request := messages.StoreRequest{Items: []messages.Item{r.Item}}
			request.Session, request.User = sides(r.Owner)
			if err := request.Validate(); err != nil {
				t.Fatalf("%+v cannot be stored: %v", r.Item, err)
			}
		}
	})
}
