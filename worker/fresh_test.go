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
