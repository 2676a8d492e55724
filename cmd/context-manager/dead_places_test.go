package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
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

// submitted hears every job that is submitted.
func (g *graveyard) submitted(t *testing.T) *nats.Subscription {
	t.Helper()
	nc := g.Connect()
	heard, err := nc.SubscribeSync(g.Subjects.Job(rig.Tenant, messages.OpStore))
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	return heard
}

// one gives the only job that was submitted.
func one(t *testing.T, heard *nats.Subscription) *nats.Msg {
	t.Helper()
	job, err := heard.NextMsgWithContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n, _, err := heard.Pending(); n != 0 || err != nil {
		t.Fatalf("%d jobs more were submitted: %v", n, err)
	}
	return job
}

// wants fails unless the sessions of a bundle have what the requests at places
// store, as they were signed and stored once, and nothing else.
func (g *graveyard) wants(t *testing.T, requests int, id string, at time.Time, places ...int) {
	t.Helper()
	for place := range requests {
		items := g.items(t, fmt.Sprint("s", place))
		if !slices.Contains(places, place) {
			if len(items) != 0 {
				t.Errorf("the request at %d was done again: %+v", place, items)
			}
			continue
		}
		want := messages.ItemID(messages.PartID(id, place), 0)
		if len(items) != 1 || items[0].ID != want || items[0].Time != at.UnixMilli() || items[0].Text != fmt.Sprint("of ", place) || items[0].Revision > uint64(len(places)) {
			t.Errorf("the request at %d left %+v; want the item %s", place, items, want)
		}
	}
}

// Of a bundle, one request failed: it is a job of its own, and takes effect once
// however often it is replayed. The others were done, and are not touched.
func TestTheRequestOfABundleThatFailedIsReplayedAlone(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	at := time.Now().Add(-72 * time.Hour)
	bundle := g.bundleOf(t, 3, at)
	heard := g.submitted(t)
	for range 2 {
		id := g.buryPlaces(t, bundle, "1")
		o := must(t, g.env, "dead", "replay", "--all")
		if want := ": request " + id + " is now "; !strings.HasPrefix(o.out, "replayed 1 of 3 requests, at 1, of letter ") || !strings.Contains(o.out, want) {
			t.Errorf("said: %s", o.out)
		}
		g.idle(t)
		g.wants(t, 3, id, at, 1)
		if job := one(t, heard); strings.Contains(string(job.Data), "requests") {
			t.Errorf("submitted was %s", job.Data)
		}
	}
	if left := g.letters(t); len(left) != 0 {
		t.Errorf("letters that are left: %+v", left)
	}
	if audits := g.audits(t, messages.AuditReplayed); len(audits) != 2 || audits[0].Reason != "1 of 3 requests, at 1" {
		t.Errorf("the audit has %+v", audits)
	}
}

// Several that failed are a bundle again, of them alone, each with the ids that
// followed from its old place.
func TestRequestsOfABundleThatFailedAreReplayedAsABundle(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	at := time.Now().Add(-72 * time.Hour)
	id := g.buryPlaces(t, g.bundleOf(t, 4, at), "0,3")
	heard := g.submitted(t)
	r := mustJSON[replayedLetter](t, g.env, "dead", "replay", "1")
	if r.Was != id || !slices.Equal(r.Places, []int{0, 3}) || r.Requests != 4 {
		t.Errorf("replayed %+v", r)
	}
	job := one(t, heard)
	bodies, err := messages.BundledBodies(job.Data)
	if err != nil || len(bodies) != 2 || job.Header.Get(envelope.HeaderID) != r.ID {
		t.Fatalf("submitted was %s: %v", job.Data, err)
	}
	for i, place := range r.Places {
		request, err := messages.Decode[messages.StoreRequest](bodies[i])
		if err != nil || request.Session != fmt.Sprint("s", place) || len(request.Items) != 1 {
			t.Fatalf("at %d: %s: %v", i, bodies[i], err)
		}
		if item := request.Items[0]; item.ID != messages.ItemID(messages.PartID(id, place), 0) || item.Time != at.UnixMilli() || item.Text != fmt.Sprint("of ", place) {
			t.Errorf("at %d: %+v", i, item)
		}
	}
	g.idle(t)
	g.wants(t, 4, id, at, 0, 3)
	if left := g.letters(t); len(left) != 0 {
		t.Errorf("letters after the replay: %+v", left)
	}
}

// Of a letter without places nothing was done: all of its bundle is submitted
// again, with the ids that followed from the old one.
func TestABundleOfWhichNothingWasDoneIsReplayedWhole(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	id := g.bury(t, g.bundleOf(t, 2, time.Now()))
	heard := g.submitted(t)
	if o := must(t, g.env, "dead", "replay", "1"); !strings.HasPrefix(o.out, "replayed letter 1: request "+id) {
		t.Errorf("said: %s", o.out)
	}
	bodies, err := messages.BundledBodies(one(t, heard).Data)
	if err != nil || len(bodies) != 2 {
		t.Fatalf("%d requests: %v", len(bodies), err)
	}
	for place, body := range bodies {
		if want := messages.ItemID(messages.PartID(id, place), 0); !strings.Contains(string(body), want) {
			t.Errorf("at %d: %s; want the item %s", place, body, want)
		}
	}
}

// A letter that does not say clearly what failed stays, whatever is known of its
// signature: what was done must not be done again. It can be seen and dropped.
func TestALetterWithPlacesThatMakeNoSenseIsNotReplayed(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	alone := g.sign(t, messages.OpStore, `{"session":"s0","items":[{"text":"alone"}]}`, time.Now())
	cases := []struct {
		letter *nats.Msg
		places []string
		want   string
		hidden bool // the headers alone do not show it
	}{
		{g.bundleOf(t, 3, time.Now()), []string{""}, `"", which is no place`, false},
		{g.bundleOf(t, 3, time.Now()), []string{"0,x"}, `"x", which is no place`, false},
		{g.bundleOf(t, 3, time.Now()), []string{"0, 1"}, `" 1", which is no place`, false},
		{g.bundleOf(t, 3, time.Now()), []string{"-1"}, `"-1", which is no place`, false},
		{g.bundleOf(t, 3, time.Now()), []string{"01"}, `"01", which is no place`, false},
		{g.bundleOf(t, 3, time.Now()), []string{"1,0"}, "place 0 after 1", false},
		{g.bundleOf(t, 3, time.Now()), []string{"1,1"}, "place 1 after 1", false},
		{g.bundleOf(t, 3, time.Now()), []string{"0,64"}, `"64", which is no place from 0 to 63`, false},
		{g.bundleOf(t, 3, time.Now()), []string{"0", "1"}, "more than once", false},
		{g.bundleOf(t, 3, time.Now()), []string{"0,3"}, "place 3, and the bundle has 3 requests", true},
		{alone, []string{"0"}, "the body is none: bad_json: a bundle is", true},
	}
	for _, c := range cases {
		g.buryPlaces(t, c.letter, c.places...)
	}
	list := strings.Split(must(t, g.env, "dead", "ls").out, "\n")[1:]
	for i, c := range cases {
		seq := fmt.Sprint(i + 1)
		for _, unproved := range [][]string{nil, {"--unproved"}} {
			o := runLine(g.env, slices.Concat([]string{"dead", "replay", seq}, unproved)...)
			if o.code != exitFailed || !strings.Contains(o.err, "letter "+seq+" stays") || !strings.Contains(o.err, c.want) {
				t.Errorf("%q: exit code %d: %s; want %s", c.places, o.code, o.err, c.want)
			}
		}
		if marked := strings.Contains(list[i], "store (?)"); marked == c.hidden {
			t.Errorf("%q is listed as %s", c.places, list[i])
		}
		show := must(t, g.env, "dead", "show", seq, "--body")
		if !strings.Contains(show.out, "cannot be told: ") || !strings.Contains(show.out, c.want) || !strings.Contains(show.out, `"session":"s0"`) {
			t.Errorf("%q is shown as\n%s", c.places, show.out)
		}
	}
	if ever, _ := g.jobs(t); ever != 0 || len(g.letters(t)) != len(cases) {
		t.Errorf("%d jobs, %d letters; want none and %d", ever, len(g.letters(t)), len(cases))
	}
	must(t, g.env, "dead", "drop", "--all", "--yes")
	if left := g.letters(t); len(left) != 0 {
		t.Errorf("not dropped: %+v", left)
	}
}

// The caller had signed the whole, so no request of it can be exchanged for
// another, be it one that failed or one that was done.
func TestReplayRefusesABundleThatIsNotProved(t *testing.T) {
	t.Parallel()
	for _, forged := range []string{"of 0", "of 1"} {
		t.Run(forged, func(t *testing.T) {
			t.Parallel()
			g := newGraveyard(t)
			at := time.Now()
			bundle := g.bundleOf(t, 2, at)
			bundle.Data = []byte(strings.Replace(string(bundle.Data), forged, "forged", 1))
			id := g.buryPlaces(t, bundle, "1")
			if o := runLine(g.env, "dead", "replay", "1"); o.code != exitFailed || !strings.Contains(o.err, "letter 1 stays") || !strings.Contains(o.err, "cannot be proved") {
				t.Errorf("exit code %d: %s", o.code, o.err)
			}
			if ever, _ := g.jobs(t); ever != 0 || len(g.letters(t)) != 1 || len(g.audits(t, messages.AuditReplayed)) != 0 {
				t.Errorf("refused, but %d jobs, %d letters, %d records", ever, len(g.letters(t)), len(g.audits(t, messages.AuditReplayed)))
			}
			must(t, g.env, "dead", "replay", "1", "--unproved")
			g.idle(t)
			if forged == "of 0" {
				g.wants(t, 2, id, at, 1)
			} else if items := g.items(t, "s1"); len(items) != 1 || items[0].Text != "forged" {
				t.Errorf("with --unproved: %+v", items)
			}
		})
	}
}

// Ids and times that are written out can make a bundle larger than workers take.
func TestABundleThatIsTooLargeToBeSignedAnewStays(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	body := `{"session":"s","items":[{"text":"x"}` + strings.Repeat(`,{"text":"x"}`, 899) + `]}`
	bodies := slices.Repeat([][]byte{[]byte(body)}, 20)
	g.buryPlaces(t, g.sign(t, messages.OpStore, string(messages.AppendBundle(nil, bodies)), time.Now()), "0,1,2,3,4,5,6,7,8,9")
	o := runLine(g.env, "dead", "replay", "1")
	if o.code != exitFailed || !strings.Contains(o.err, "letter 1 stays: with the ids and times of its items") {
		t.Errorf("exit code %d: %s", o.code, o.err)
	}
	if ever, _ := g.jobs(t); ever != 0 || len(g.letters(t)) != 1 {
		t.Errorf("%d jobs, %d letters", ever, len(g.letters(t)))
	}
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
