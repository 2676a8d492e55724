package worker

import (
	"slices"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// What is not known to be fresh, since its tier says so or since it is of some age,
// is neither listed nor decided by; a context of it says so, and how old it is.
func TestWhatIsNotFreshIsNotDecidedByAndIsSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*page.View)
		want  messages.Staleness
	}{
		"stale": {func(v *page.View) { v.Stale = true }, messages.Staleness{Tier: "L2"}},
		"aged":  {func(v *page.View) { v.Age = 3 * time.Second }, messages.Staleness{Tier: "L2", AgeMS: 3000}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.start(options{deps: func(d *Deps) {
				d.Reader = hookedReader{Reader: d.Reader, after: func(s, _ *page.View) { c.spoil(s) }}
			}})
			store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("one")})
			fails(t, r.ask(aList), messages.CodeUnavailable)
			fails(t, r.ask(call{op: messages.OpDelete, body: messages.DeleteRequest{Session: "s", IDs: []string{"t0"}}}), messages.CodeUnavailable)
			context := must[messages.AssembleReply](t, r.ask(call{op: messages.OpAssemble, body: messages.AssembleRequest{Session: "s", MaxTokens: 100}}))
			if !slices.Equal(context.Stale, []messages.Staleness{c.want}) || !slices.Equal(context.IDs, []string{"t0"}) {
				t.Errorf("a context of %v says %+v; want %+v", context.IDs, context.Stale, c.want)
			}
			counts := must[messages.StatsReply](t, r.ask(call{op: messages.OpStats, body: messages.StatsRequest{Session: "s"}}))
			if !slices.Equal(counts.Stale, []messages.Staleness{c.want}) {
				t.Errorf("a count says %+v; want %+v", counts.Stale, c.want)
			}
		})
	}
}

// An answer has seen what it was asked to have seen of each owner, and what is
// nowhere in one of both tiers is the request's fault, whatever the other has.
func TestAnAnswerHasSeenTheRevisionOfEachOwner(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var spoil func(s, u *page.View)
	r.start(options{deps: func(d *Deps) {
		d.Reader = hookedReader{Reader: d.Reader, after: func(s, u *page.View) { spoil(s, u) }}
	}})
	spoil = func(_, _ *page.View) {}
	session := store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("one")}).Revision.Session
	user := store(t, r.ask, messages.StoreRequest{User: "u", Items: turns("one")}).Revision.User
	both := func(least messages.Revision) outcome {
		return r.ask(call{op: messages.OpStats, body: messages.StatsRequest{Session: "s", User: "u", MinRevision: &least}})
	}
	must[messages.StatsReply](t, both(messages.Revision{Session: session, User: user}))

	spoil = func(s, _ *page.View) { s.Revision = 0 }
	fails(t, both(messages.Revision{Session: session}), messages.CodeUnavailable)
	must[messages.StatsReply](t, both(messages.Revision{User: user}))

	spoil = func(_, u *page.View) { u.Revision = 0 }
	fails(t, both(messages.Revision{User: user}), messages.CodeUnavailable)
	must[messages.StatsReply](t, both(messages.Revision{Session: session}))
	fails(t, r.ask(call{op: messages.OpList, body: messages.ListRequest{User: "u", MinRevision: &messages.Revision{User: user}}}), messages.CodeUnavailable)

	spoil = func(_, u *page.View) { u.Err = messages.Errorf(messages.CodeBadRequest, "nowhere") }
	fails(t, both(messages.Revision{}), messages.CodeBadRequest)
}
