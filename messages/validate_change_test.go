package messages

import (
	"math"
	"strings"
	"testing"
)

func TestUpdateAccepts(t *testing.T) {
	t.Parallel()
	r := &UpdateRequest{
		Session: "s", ID: "i", Revision: 9, Text: new("t"), Level: new(ShortTerm), Role: new(System), Name: new(""), Time: new(int64(1)),
		Importance: new(0.0), Accesses: new(0), Pinned: new(false), Group: new(""), Metadata: &map[string]string{}, Expires: new(int64(0)),
		Language: new(""), Embedding: &[]float32{}, Tried: []string{"AAAAAAAAAAAAAAAAAAAAAA"},
	}
	fatalIf(t, r.Validate())
	if owner, err := r.Owner("acme"); err != nil || owner != (Owner{SessionOwner, "acme", "s"}) {
		t.Errorf("got %+v, %v", owner, err)
	}
	fatalIf(t, (&UpdateRequest{User: "u", ID: "i", Level: new(LongTerm)}).Validate())
	fatalIf(t, (&UpdateRequest{User: "u", ID: "i", Importance: new(NoImportance)}).Validate())
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	test := func(name string, change func(r *UpdateRequest), code Code, message string) refusalTest {
		r := &UpdateRequest{Session: "s", ID: "i", Pinned: new(true)}
		change(r)
		return refusalTest{name, r, code, message}
	}
	runRefusals(t, []refusalTest{
		test("no owner", func(r *UpdateRequest) { r.Session = "" }, CodeBadRequest, "session or user is missing"),
		test("two owners", func(r *UpdateRequest) { r.User = "u" }, CodeBadRequest, "session and user are both given"),
		test("a session too long", func(r *UpdateRequest) { r.Session = longID }, CodeTooLarge, "session has 257 bytes"),
		test("a user too long", func(r *UpdateRequest) { r.Session, r.User = "", longID }, CodeTooLarge, "user has 257 bytes"),
		test("no id", func(r *UpdateRequest) { r.ID = "" }, CodeBadRequest, "id is empty"),
		test("nothing to change", func(r *UpdateRequest) { r.Pinned = nil }, CodeBadRequest, "the update changes nothing"),
		test("too many tries", func(r *UpdateRequest) { r.Tried = make([]string, MaxTried+1) }, CodeTooLarge, "tried names 65 requests"),
		test("a try that is no request", func(r *UpdateRequest) { r.Tried = []string{"AAAAAAAAAAAAAAAAAAAAAA", "x"} }, CodeBadRequest, "tried[1] is no id"),
		test("empty text", func(r *UpdateRequest) { r.Text = new("") }, CodeBadRequest, "text is empty"),
		test("another owner's level", func(r *UpdateRequest) { r.Level = new(LongTerm) }, CodeBadRequest, "level cannot be long_term in a session"),
		test("a session's level for a user", func(r *UpdateRequest) { r.Session, r.User, r.Level = "", "u", new(Immediate) }, CodeBadRequest, "level cannot be immediate for a user"),
		test("an unknown level", func(r *UpdateRequest) { r.Level = new(Level("x")) }, CodeBadRequest, "level is not known"),
		test("an empty role", func(r *UpdateRequest) { r.Role = new(Role("")) }, CodeBadRequest, "role is not known"),
		test("a name too long", func(r *UpdateRequest) { r.Name = new(strings.Repeat("n", 129)) }, CodeTooLarge, "name has 129 bytes"),
		test("no time", func(r *UpdateRequest) { r.Time = new(int64(0)) }, CodeBadRequest, "time is 0, which stands for none: leave it out"),
		test("a negative time", func(r *UpdateRequest) { r.Time = new(int64(-1)) }, CodeBadRequest, "time must be"),
		test("accesses below 0", func(r *UpdateRequest) { r.Accesses = new(-1) }, CodeBadRequest, "accesses must be"),
		test("importance above 1", func(r *UpdateRequest) { r.Importance = new(2.0) }, CodeBadRequest, "importance must be"),
		test("importance below 0", func(r *UpdateRequest) { r.Importance = new(-0.5) }, CodeBadRequest, "importance must be from 0 to 1, or -1"),
		test("a group too long", func(r *UpdateRequest) { r.Group = &longID }, CodeTooLarge, "group has 257 bytes"),
		test("an empty metadata key", func(r *UpdateRequest) { r.Metadata = &map[string]string{"": ""} }, CodeBadRequest, "metadata: a key is empty"),
		test("a negative expiry", func(r *UpdateRequest) { r.Expires = new(int64(-1)) }, CodeBadRequest, "expires must be"),
		test("a language's name", func(r *UpdateRequest) { r.Language = new("e1") }, CodeBadRequest, "language must be"),
		test("an embedding that is not finite", func(r *UpdateRequest) { r.Embedding = &[]float32{float32(math.Inf(-1))} }, CodeBadRequest, "embedding has a number"),
	})
}

func TestDeleteClearAndPromote(t *testing.T) {
	t.Parallel()
	remove := &DeleteRequest{User: "u", IDs: []string{"a", "..", "*"}}
	fatalIf(t, remove.Validate())
	if owner, err := remove.Owner("acme"); err != nil || owner != (Owner{UserOwner, "acme", "u"}) {
		t.Errorf("delete: got %+v, %v", owner, err)
	}
	empty := &ClearRequest{Session: "s", Levels: []Level{Immediate, ShortTerm}}
	fatalIf(t, empty.Validate())
	if owner, err := empty.Owner("acme"); err != nil || owner != (Owner{SessionOwner, "acme", "s"}) {
		t.Errorf("clear: got %+v, %v", owner, err)
	}
	for to, want := range map[Level]Owner{ShortTerm: {SessionOwner, "acme", "s"}, LongTerm: {UserOwner, "acme", "u"}} {
		promote := &PromoteRequest{Session: "s", User: "u", IDs: []string{"a"}, To: to}
		fatalIf(t, promote.Validate())
		if from, got := promote.Owners("acme"); from != (Owner{SessionOwner, "acme", "s"}) || got != want {
			t.Errorf("promote to %s: from %+v to %+v", to, from, got)
		}
	}
}

func TestDeleteClearAndPromoteRefuse(t *testing.T) {
	t.Parallel()
	ids := []string{"a"}
	runRefusals(t, []refusalTest{
		{"delete of nobody's", &DeleteRequest{IDs: ids}, CodeBadRequest, "session or user is missing"},
		{"delete of nothing", &DeleteRequest{Session: "s"}, CodeBadRequest, "ids is empty"},
		{"delete of an id twice", &DeleteRequest{Session: "s", IDs: []string{"a", "a"}}, CodeBadRequest, "ids[1] is an id"},
		{"delete of too many", &DeleteRequest{Session: "s", IDs: longList}, CodeTooLarge, "ids has 1001 ids"},
		{"delete of an id too long", &DeleteRequest{Session: "s", IDs: []string{longID}}, CodeTooLarge, "ids[0] has 257 bytes"},
		{"clear of nobody", &ClearRequest{}, CodeBadRequest, "session or user is missing"},
		{"clear of two", &ClearRequest{Session: "s", User: "u"}, CodeBadRequest, "session and user are both given"},
		{"clear of another owner's level", &ClearRequest{Session: "s", Levels: []Level{Immediate, LongTerm}}, CodeBadRequest, "levels[1] cannot be long_term in a session"},
		{"clear of an unknown level", &ClearRequest{User: "u", Levels: []Level{"x"}}, CodeBadRequest, "levels[0] is not known"},
		{"clear of a level twice", &ClearRequest{Session: "s", Levels: []Level{Immediate, Immediate}}, CodeBadRequest, "twice"},
		{"promote of no session", &PromoteRequest{IDs: ids, To: LongTerm, User: "u"}, CodeBadRequest, "session is empty"},
		{"promote to a bad user", &PromoteRequest{Session: "s", IDs: ids, To: LongTerm, User: "\x00"}, CodeBadRequest, "user has a control character"},
		{"promote of nothing", &PromoteRequest{Session: "s", User: "u", To: LongTerm}, CodeBadRequest, "ids is empty"},
		{"promote to nowhere", &PromoteRequest{Session: "s", User: "u", IDs: ids}, CodeBadRequest, "to is not known"},
		{"promote to no user", &PromoteRequest{Session: "s", IDs: ids, To: LongTerm}, CodeBadRequest, "user is missing"},
	})
}
