package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/worker"
)

// bundleOf makes a bundle of stores that the caller signed at a time: the request
// at each place stores one item, without an id, in a session named after the place.
func (g *graveyard) bundleOf(t *testing.T, requests int, at time.Time) *nats.Msg {
	t.Helper()
	bodies := make([][]byte, requests)
	for place := range bodies {
		bodies[place] = fmt.Appendf(nil, `{"session":"s%d","items":[{"text":"of %d"}]}`, place, place)
	}
	return g.sign(t, messages.OpStore, string(messages.AppendBundle(nil, bodies)), at)
}

// buryPlaces writes the dead letter of a bundle of which the requests at places failed.
func (g *graveyard) buryPlaces(t *testing.T, bundle *nats.Msg, places ...string) (id string) {
	t.Helper()
	bundle.Header[worker.DeadPlaces] = places
	return g.bury(t, bundle)
}

// What programs read of a letter has the requests that failed, and not those that were done.
func TestALetterOfABundleIsShownToPrograms(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	g.buryPlaces(t, g.bundleOf(t, 4, time.Now()), "0,3")
	g.bury(t, g.bundleOf(t, 2, time.Now()))
	if l := g.letters(t); len(l) != 2 || !slices.Equal(l[0].Places, []int{0, 3}) || l[1].Places != nil {
		t.Errorf("listed: %+v", l)
	}
	type shown struct {
		Places   []int           `json:"places"`
		Requests int             `json:"requests"`
		Body     json.RawMessage `json:"body"`
	}
	some := mustJSON[shown](t, g.env, "dead", "show", "1", "--body")
	want := `[{"session":"s0","items":[{"text":"of 0"}]},{"session":"s3","items":[{"text":"of 3"}]}]`
	if string(some.Body) != want || !slices.Equal(some.Places, []int{0, 3}) || some.Requests != 4 {
		t.Errorf("shown: %+v, with the body %s", some, some.Body)
	}
	if all := mustJSON[shown](t, g.env, "dead", "show", "2", "--body"); !strings.HasPrefix(string(all.Body), `{"requests":[`) || all.Places != nil {
		t.Errorf("a letter of the whole: %+v, with the body %s", all, all.Body)
	}
	if bare := mustJSON[shown](t, g.env, "dead", "show", "1"); bare.Body != nil {
		t.Errorf("without --body: %s", bare.Body)
	}
}
