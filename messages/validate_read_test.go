package messages

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// assemble makes a good request and changes it.
func assemble(change func(r *AssembleRequest)) *AssembleRequest {
	r := &AssembleRequest{Session: "s", MaxTokens: 100}
	change(r)
	return r
}

func TestAssembleDefaultsAndOwners(t *testing.T) {
	t.Parallel()
	r := assemble(func(r *AssembleRequest) {})
	fatalIf(t, r.Validate())
	session, user := r.Owners("acme")
	if r.Format != FormatItems || session != (Owner{SessionOwner, "acme", "s"}) || user.Present() {
		t.Errorf("got format %s, session %+v, user %+v", r.Format, session, user)
	}
	session, user = (&AssembleRequest{User: "u"}).Owners("acme")
	if session.Present() || user != (Owner{UserOwner, "acme", "u"}) {
		t.Errorf("got session %+v, user %+v", session, user)
	}
}

func TestAssembleAccepts(t *testing.T) {
	t.Parallel()
	fatalIf(t, assemble(func(r *AssembleRequest) {
		r.User, r.Query, r.MaxTokens, r.ReserveTokens, r.MaxItems = "u", strings.Repeat("q", MaxQueryBytes), MaxBudgetTokens, MaxBudgetTokens-1, 5
		r.Shares, r.Format = &Shares{ShortTerm: 7}, FormatAnthropic
		r.Filter = &Filter{Levels: Levels[:], Roles: Roles[:], Metadata: map[string]string{"a": "b"}, After: 1, Before: 2}
		r.Now, r.HalfLifeMS, r.MaxStaleMS, r.Embedding, r.MinRevision = 1, 1, 1, []float32{1}, &Revision{Session: 1}
	}).Validate())
	fatalIf(t, assemble(func(r *AssembleRequest) { r.Filter = &Filter{After: 5} }).Validate())
}

func TestAssembleRefuses(t *testing.T) {
	t.Parallel()
	test := func(name string, change func(r *AssembleRequest), code Code, message string) refusalTest {
		return refusalTest{name, assemble(change), code, message}
	}
	shares := func(s Shares) func(r *AssembleRequest) { return func(r *AssembleRequest) { r.Shares = &s } }
	filter := func(f Filter) func(r *AssembleRequest) { return func(r *AssembleRequest) { r.Filter = &f } }
	runRefusals(t, []refusalTest{
		test("no owner", func(r *AssembleRequest) { r.Session = "" }, CodeBadRequest, "session and user are both missing"),
		test("a session too long", func(r *AssembleRequest) { r.Session = longID }, CodeTooLarge, "session has 257 bytes"),
		test("a user too long", func(r *AssembleRequest) { r.User = longID }, CodeTooLarge, "user has 257 bytes"),
		test("a query too long", func(r *AssembleRequest) { r.Query = strings.Repeat("q", MaxQueryBytes+1) }, CodeTooLarge, "query has 65537 bytes"),
		test("a query with a NUL", func(r *AssembleRequest) { r.Query = "\x00" }, CodeBadRequest, "query has a NUL"),
		test("no budget", func(r *AssembleRequest) { r.MaxTokens = 0 }, CodeBadRequest, "max_tokens is 0: give a budget above 0"),
		test("a negative budget", func(r *AssembleRequest) { r.MaxTokens = -5 }, CodeBadRequest, "max_tokens is -5"),
		test("a budget too large", func(r *AssembleRequest) { r.MaxTokens = MaxBudgetTokens + 1 }, CodeTooLarge, "max_tokens is 10000001"),
		test("all of it in reserve", func(r *AssembleRequest) { r.ReserveTokens = 100 }, CodeBadRequest, "reserve_tokens is 100"),
		test("a negative reserve", func(r *AssembleRequest) { r.ReserveTokens = -1 }, CodeBadRequest, "reserve_tokens is -1"),
		test("negative items", func(r *AssembleRequest) { r.MaxItems = -1 }, CodeBadRequest, "max_items is negative"),
		test("an unknown format", func(r *AssembleRequest) { r.Format = "xml" }, CodeBadRequest, "format is not known: use one of items, text, openai, anthropic"),
		test("shares all zero", shares(Shares{}), CodeBadRequest, "shares are all zero"),
		test("a negative share", shares(Shares{Immediate: 1, LongTerm: -0.1}), CodeBadRequest, "shares must be finite and not negative"),
		test("a share that is no number", shares(Shares{ShortTerm: math.NaN()}), CodeBadRequest, "shares must be finite and not negative"),
		test("an endless share", shares(Shares{ShortTerm: math.Inf(1)}), CodeBadRequest, "shares must be finite and not negative"),
		test("shares with an endless sum", shares(Shares{math.MaxFloat64, math.MaxFloat64, 0}), CodeBadRequest, "sum is not finite"),
		test("a filter's unknown level", filter(Filter{Levels: []Level{Immediate, "x"}}), CodeBadRequest, "filter.levels[1] is not known"),
		test("a filter's unknown role", filter(Filter{Roles: []Role{"x"}}), CodeBadRequest, "filter.roles[0] is not known"),
		test("a filter's level twice", filter(Filter{Levels: []Level{Immediate, LongTerm, Immediate}}), CodeBadRequest, "filter.levels names immediate twice: name each of immediate, short_term, long_term at most once"),
		test("more levels than there are", filter(Filter{Levels: append(slices.Clone(Levels[:]), LongTerm)}), CodeBadRequest, "filter.levels names long_term twice"),
		test("a filter's role twice", filter(Filter{Roles: []Role{Tool, Tool}}), CodeBadRequest, "filter.roles names tool twice: name each of system, user, assistant, tool at most once"),
		test("more roles than there are", filter(Filter{Roles: append(slices.Clone(Roles[:]), User)}), CodeBadRequest, "filter.roles names user twice"),
		test("a filter's empty key", filter(Filter{Metadata: map[string]string{"": ""}}), CodeBadRequest, "filter.metadata: a key is empty"),
		test("a filter's negative time", filter(Filter{After: -1}), CodeBadRequest, "filter.after must be unix milliseconds"),
		test("a filter's late time", filter(Filter{Before: maxTimeMS + 1}), CodeBadRequest, "filter.before must be unix milliseconds"),
		test("a filter of no time", filter(Filter{After: 5, Before: 5}), CodeBadRequest, "filter.before is not later than filter.after"),
		test("a negative now", func(r *AssembleRequest) { r.Now = -1 }, CodeBadRequest, "now must be unix milliseconds"),
		test("a negative half-life", func(r *AssembleRequest) { r.HalfLifeMS = -1 }, CodeBadRequest, "half_life_ms is negative"),
		test("a negative staleness", func(r *AssembleRequest) { r.MaxStaleMS = -1 }, CodeBadRequest, "max_stale_ms is negative"),
		test("an embedding that is not finite", func(r *AssembleRequest) { r.Embedding = []float32{float32(math.NaN())} }, CodeBadRequest, "embedding has a number at 0"),
	})
}

func TestListDefaultsAndOwner(t *testing.T) {
	t.Parallel()
	r := &ListRequest{User: "u", Cursor: "abc", IDs: []string{"1", "2"}, Filter: &Filter{}}
	fatalIf(t, r.Validate())
	owner, err := r.Owner("acme")
	if r.Limit != DefaultListLimit || err != nil || owner != (Owner{UserOwner, "acme", "u"}) {
		t.Errorf("got limit %d, owner %+v, %v", r.Limit, owner, err)
	}
	fatalIf(t, (&ListRequest{Session: "s", Limit: MaxListLimit}).Validate())
}

// However a request is read, and whatever else is in it, a filter's lists are
// no longer than the words that there are for them.
func TestAFilterIsNoLongerThanItsWords(t *testing.T) {
	t.Parallel()
	for _, list := range []string{`"levels":["immediate"`, `"roles":["tool"`} {
		_, word, _ := strings.Cut(list, "[")
		for _, more := range []int{1, maxListElements - 1} {
			filter := `"filter":{` + list + strings.Repeat(","+word, more) + `]}`
			assemble, err := Decode[AssembleRequest]([]byte(`{"session":"s","max_tokens":1,` + filter + `}`))
			fatalIf(t, err)
			wantCode(t, assemble.Validate(), CodeBadRequest)
			list, err := Decode[ListRequest]([]byte(`{"session":"s",` + filter + `}`))
			fatalIf(t, err)
			wantCode(t, list.Validate(), CodeBadRequest)
		}
	}
}

func TestListAndStatsRefuse(t *testing.T) {
	t.Parallel()
	runRefusals(t, []refusalTest{
		{"no owner", &ListRequest{}, CodeBadRequest, "session or user is missing"},
		{"two owners", &ListRequest{Session: "s", User: "u"}, CodeBadRequest, "session and user are both given"},
		{"a limit too large", &ListRequest{Session: "s", Limit: MaxListLimit + 1}, CodeBadRequest, "limit is 1001"},
		{"a negative limit", &ListRequest{Session: "s", Limit: -1}, CodeBadRequest, "limit is -1"},
		{"a bad filter", &ListRequest{Session: "s", Filter: &Filter{Levels: []Level{"x"}}}, CodeBadRequest, "filter.levels[0]"},
		{"an empty id", &ListRequest{Session: "s", IDs: []string{"a", ""}}, CodeBadRequest, "ids[1] is empty"},
		{"an id twice", &ListRequest{Session: "s", IDs: []string{"a", "b", "a"}}, CodeBadRequest, "ids[2] is an id that the list has before"},
		{"too many ids", &ListRequest{Session: "s", IDs: longList}, CodeTooLarge, "ids has 1001 ids"},
		{"a cursor too long", &ListRequest{Session: "s", Cursor: strings.Repeat("c", maxCursorBytes+1)}, CodeTooLarge, "cursor has 1025 bytes"},
		{"stats of nobody", &StatsRequest{}, CodeBadRequest, "session and user are both missing"},
		{"stats of a bad user", &StatsRequest{User: "\n"}, CodeBadRequest, "user has a control character"},
	})
	r := &StatsRequest{Session: "s", User: "u"}
	fatalIf(t, r.Validate())
	if session, user := r.Owners("acme"); session.ID != "s" || user.ID != "u" {
		t.Errorf("got %+v, %+v", session, user)
	}
}
