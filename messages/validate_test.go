package messages

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// A refusal test is a request that Validate must refuse with a code and a message.
type refusalTest struct {
	name    string
	request validator
	code    Code
	message string
}

func runRefusals(t *testing.T, tests []refusalTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := test.request.Validate()
			wantCode(t, err, test.code)
			if !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, want %q", err, test.message)
			}
		})
	}
}

var (
	longID   = strings.Repeat("i", MaxIDBytes+1)
	longList = make([]string, MaxIDsPerRequest+1)
)

// store makes a store of good session items, the first of which was changed.
func store(change func(it *Item)) *StoreRequest {
	r := &StoreRequest{Session: "s", User: "u", Items: []Item{{ID: "1", Text: "one"}, {ID: "2", Text: "two"}}}
	change(&r.Items[0])
	return r
}

func TestStoreDefaults(t *testing.T) {
	t.Parallel()
	for want, r := range map[Level]*StoreRequest{
		Immediate: {Session: "s", Items: []Item{{Text: "a"}}},
		LongTerm:  {User: "u", Items: []Item{{Text: "a"}}},
	} {
		fatalIf(t, r.Validate())
		if r.Items[0].Level != want || r.Items[0].Role != User {
			t.Errorf("got %+v, want level %s", r.Items[0], want)
		}
	}
	r := store(func(it *Item) { it.Level, it.Role = ShortTerm, Tool })
	fatalIf(t, r.Validate())
	if r.Items[0].Level != ShortTerm || r.Items[0].Role != Tool {
		t.Errorf("what was given was changed: %+v", r.Items[0])
	}
}

func TestStoreOwner(t *testing.T) {
	t.Parallel()
	tests := []struct {
		request *StoreRequest
		want    Owner
	}{
		{&StoreRequest{Session: "s", User: "u", Items: []Item{{Text: "a"}, {Text: "b", Level: ShortTerm}}}, Owner{SessionOwner, "acme", "s"}},
		{&StoreRequest{Session: "s", User: "u", Items: []Item{{Text: "a", Level: LongTerm}}}, Owner{UserOwner, "acme", "u"}},
		{&StoreRequest{User: "u", Items: []Item{{Text: "a"}}}, Owner{UserOwner, "acme", "u"}},
	}
	for _, test := range tests {
		fatalIf(t, test.request.Validate())
		if got, err := test.request.Owner("acme"); err != nil || got != test.want {
			t.Errorf("got %+v, %v, want %+v", got, err, test.want)
		}
	}
	mixed := &StoreRequest{Session: "s", User: "u", Items: []Item{{Text: "a", Level: Immediate}, {Text: "b", Level: LongTerm}}}
	_, err := mixed.Owner("acme")
	wantCode(t, err, CodeBadRequest)
}

func TestStoreAcceptsWhatIsAtTheLimit(t *testing.T) {
	t.Parallel()
	pairs := map[string]string{}
	for i := range MaxMetadataPairs {
		pairs[fmt.Sprintf("%0*d", MaxMetadataKey, i)] = strings.Repeat("v", MaxMetadataValue)
	}
	r := store(func(it *Item) {
		it.ID, it.Group, it.Name = longID[1:], longID[1:], strings.Repeat("n", MaxNameBytes)
		it.Accesses = MaxAccesses
		it.Importance, it.Time, it.Expires, it.Language = new(1.0), maxTimeMS, maxTimeMS, "en"
		it.Metadata, it.Embedding = pairs, make([]float32, MaxEmbeddingDims)
	})
	for i := len(r.Items); i < MaxItemsPerBatch; i++ {
		r.Items = append(r.Items, Item{ID: fmt.Sprintf("n%d", i), Text: "a\nb\t🙂"})
	}
	fatalIf(t, r.Validate())
}

func TestStoreRefuses(t *testing.T) {
	t.Parallel()
	item := func(name string, change func(it *Item), code Code, message string) refusalTest {
		return refusalTest{name, store(change), code, "items[0]." + message}
	}
	runRefusals(t, []refusalTest{
		{"no items", &StoreRequest{Session: "s"}, CodeBadRequest, "items is empty"},
		{"too many items", &StoreRequest{Session: "s", Items: make([]Item, MaxItemsPerBatch+1)}, CodeTooLarge, "items has 1001 items"},
		{"no owner", &StoreRequest{Items: []Item{{Text: "a"}}}, CodeBadRequest, "session or user is missing"},
		{"no session for its levels", &StoreRequest{User: "u", Items: []Item{{Text: "a", Level: ShortTerm}}}, CodeBadRequest, "session or user is missing"},
		{"no user for long_term", &StoreRequest{Session: "s", Items: []Item{{Text: "a", Level: LongTerm}}}, CodeBadRequest, "session or user is missing"},
		{"two owners in one batch", &StoreRequest{Session: "s", User: "u", Items: []Item{{Text: "a"}, {Text: "b", Level: LongTerm}}}, CodeBadRequest, "items[1].level is of another owner than the items before: send two requests"},
		{"a session too long", &StoreRequest{Session: longID, Items: []Item{{Text: "a"}}}, CodeTooLarge, "session has 257 bytes"},
		{"a session with a NUL", &StoreRequest{Session: "a\x00", Items: []Item{{Text: "a"}}}, CodeBadRequest, "session has a control character"},
		{"a user with a line feed", &StoreRequest{User: "a\n", Items: []Item{{Text: "a"}}}, CodeBadRequest, "user has a control character"},
		{"an id twice", store(func(it *Item) { it.ID = "2" }), CodeBadRequest, "items[1].id is an id that an item before has"},
		{"two dimensions", &StoreRequest{Session: "s", Items: []Item{{Text: "a", Embedding: []float32{1}}, {Text: "b"}, {Text: "c", Embedding: []float32{1, 2}}}}, CodeBadRequest, "items[2].embedding has 2 numbers, and one before has 1"},
		item("an id too long", func(it *Item) { it.ID = longID }, CodeTooLarge, "id has 257 bytes"),
		item("an id that is not UTF-8", func(it *Item) { it.ID = "\xff" }, CodeBadRequest, "id is not valid UTF-8"),
		item("an unknown level", func(it *Item) { it.Level = "forever" }, CodeBadRequest, "level is not known: use one of immediate, short_term, long_term"),
		item("an unknown role", func(it *Item) { it.Role = "human" }, CodeBadRequest, "role is not known: use one of system, user, assistant, tool"),
		item("a name too long", func(it *Item) { it.Name = strings.Repeat("n", MaxNameBytes+1) }, CodeTooLarge, "name has 129 bytes"),
		item("a name of two lines", func(it *Item) { it.Name = "a\nb" }, CodeBadRequest, "name has a control character"),
		item("a name of two lines, by Unicode", func(it *Item) { it.Name = "a\u2028b" }, CodeBadRequest, "name has a line break at byte 1"),
		item("a name of two paragraphs", func(it *Item) { it.Name = "ä\u2029b" }, CodeBadRequest, "name has a line break at byte 2"),
		item("no text", func(it *Item) { it.Text = "" }, CodeBadRequest, "text is empty"),
		item("text with a NUL", func(it *Item) { it.Text = "a\x00b" }, CodeBadRequest, "text has a NUL at byte 1"),
		item("text that is not UTF-8", func(it *Item) { it.Text = "\xc3" }, CodeBadRequest, "text is not valid UTF-8"),
		item("a negative time", func(it *Item) { it.Time = -1 }, CodeBadRequest, "time must be unix milliseconds"),
		item("a time past the year 9999", func(it *Item) { it.Time = maxTimeMS + 1 }, CodeBadRequest, "time must be unix milliseconds"),
		item("a negative expiry", func(it *Item) { it.Expires = -1 }, CodeBadRequest, "expires must be unix milliseconds"),
		item("accesses below 0", func(it *Item) { it.Accesses = -1 }, CodeBadRequest, "accesses must be from 0 to 1000000000"),
		item("too many accesses", func(it *Item) { it.Accesses = MaxAccesses + 1 }, CodeBadRequest, "accesses must be from 0 to 1000000000"),
		item("importance below 0", func(it *Item) { it.Importance = new(-0.1) }, CodeBadRequest, "importance must be from 0 to 1"),
		item("importance above 1", func(it *Item) { it.Importance = new(1.1) }, CodeBadRequest, "importance must be from 0 to 1"),
		item("importance that is no number", func(it *Item) { it.Importance = new(math.NaN()) }, CodeBadRequest, "importance must be from 0 to 1"),
		item("a group too long", func(it *Item) { it.Group = longID }, CodeTooLarge, "group has 257 bytes"),
		item("too many pairs", func(it *Item) {
			it.Metadata = map[string]string{}
			for i := range MaxMetadataPairs + 1 {
				it.Metadata[fmt.Sprint(i)] = ""
			}
		}, CodeTooLarge, "metadata has 65 pairs"),
		item("an empty metadata key", func(it *Item) { it.Metadata = map[string]string{"": "v"} }, CodeBadRequest, "metadata: a key is empty"),
		item("a metadata key too long", func(it *Item) { it.Metadata = map[string]string{strings.Repeat("k", MaxMetadataKey+1): ""} }, CodeTooLarge, "metadata: a key has 129 bytes"),
		item("a metadata value too long", func(it *Item) { it.Metadata = map[string]string{"k": strings.Repeat("v", MaxMetadataValue+1)} }, CodeTooLarge, "metadata: a value has 4097 bytes"),
		item("a metadata value with a NUL", func(it *Item) { it.Metadata = map[string]string{"k": "\x00"} }, CodeBadRequest, "metadata: a value has a NUL"),
		item("a language's name", func(it *Item) { it.Language = "English" }, CodeBadRequest, "language must be an ISO 639-1 code"),
		item("a language in capitals", func(it *Item) { it.Language = "EN" }, CodeBadRequest, "language must be an ISO 639-1 code"),
		item("an embedding too long", func(it *Item) { it.Embedding = make([]float32, MaxEmbeddingDims+1) }, CodeTooLarge, "embedding has 4097 numbers"),
		item("an embedding that is not finite", func(it *Item) { it.Embedding = []float32{0, float32(math.Inf(1))} }, CodeBadRequest, "embedding has a number at 1 that is not finite"),
		item("tokens", func(it *Item) { it.Tokens = 1 }, CodeBadRequest, "tokens is in replies only"),
		item("a revision", func(it *Item) { it.Revision = 1 }, CodeBadRequest, "revision is in replies only"),
	})
}
