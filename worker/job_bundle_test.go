package worker

import (
	"bytes"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

var (
	badStore = []byte(`{"session":"s","items":[{"text":7}]}`)
	newText  = "changed"
	notThere = messages.UpdateRequest{Session: "s", ID: "none", Text: &newText}
)

// Jobs that share a message have an effect and a reply each, an id of their own
// in it and in the audit, and one entry in the ledger; and they are settled once.
func TestEachRequestOfABundledJobHasItsEffectAndItsReply(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail, ledger := &auditTrail{}, &countingLedger{}
	w := r.start(options{deps: func(d *Deps) {
		d.Audit = trail
		ledger.count(d)
	}})
	c := stores.together(t, turn("a"), turn("b"), turn("a")).with(func(c *call) { c.id = newID(t) })
	outcomes := r.submitTogether(c).until(3)
	r.idle()
	for place, session := range []string{"a", "b", "a"} {
		reply := must[messages.StoreReply](t, outcomes[place])
		id := messages.PartID(c.id, place)
		if want := messages.ItemID(id, 0); len(reply.IDs) != 1 || reply.IDs[0] != want {
			t.Errorf("request %d: %+v; want the item %s", place, reply, want)
		}
		if e := eventOf(trail, id); e.Lane != messages.LaneJob || e.Owner != "session:"+session || e.Revision != reply.Revision.Session || e.Code != "" {
			t.Errorf("request %d is audited as %+v", place, e)
		}
	}
	if a, b := r.total("a"), r.total("b"); a != 2 || b != 1 {
		t.Errorf("the sessions have %d and %d items; want 2 and 1", a, b)
	}
	if n, id := ledger.entries.Load(), ledger.last.Load(); n != 1 || id != c.id {
		t.Errorf("%d entries in the ledger, of %v; want 1 of the whole", n, id)
	}
	for name, got := range map[string]float64{
		"counted requests": testutil.ToFloat64(w.metrics.requests.WithLabelValues("job", "store", "ok")),
		"bundled requests": testutil.ToFloat64(w.metrics.bundled),
		"audited requests": float64(len(trail.of(messages.AuditPerformed))),
		"answered places":  float64(len(outcomes)),
	} {
		if got != 3 {
			t.Errorf("%s: %v; want 3", name, got)
		}
	}
	if n := testutil.ToFloat64(w.metrics.settled.WithLabelValues("acked")); n != 1 {
		t.Errorf("settled %v times; want once", n)
	}
}

// Those that can never succeed are one dead letter, which has the whole message
// and tells which of its requests are meant. The others are done and the caller is told of all.
func TestRequestsOfABundledJobThatFailForGoodAreOneDeadLetter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	w := r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	c := stores.together(t, turn("s"), badStore, turn("s"), messages.StoreRequest{Items: turns("no owner")})
	outcomes := r.submitTogether(c).until(4)
	must[messages.StoreReply](t, outcomes[0])
	fails(t, outcomes[1], messages.CodeBadJSON)
	must[messages.StoreReply](t, outcomes[2])
	fails(t, outcomes[3], messages.CodeBadRequest)
	r.idle()
	letters := r.deadLetters()
	if len(letters) != 1 {
		t.Fatalf("%d dead letters; want 1", len(letters))
	}
	m := letters[0]
	if !bytes.Equal(m.Data, c.body.([]byte)) || m.Header.Get(DeadPlaces) != "1,3" || m.Header.Get(DeadCode) != "bad_json" {
		t.Errorf("the letter has places %q, code %q and %s", m.Header.Get(DeadPlaces), m.Header.Get(DeadCode), m.Data)
	}
	if why := m.Header.Get(DeadError); !strings.Contains(why, "at 1: ") || !strings.Contains(why, "at 3: ") {
		t.Errorf("the letter says %q; want a reason for each", why)
	}
	if n := r.total("s"); n != 2 {
		t.Errorf("%d items; want those of the 2 good requests", n)
	}
	if n := testutil.ToFloat64(w.metrics.dead.WithLabelValues("bad_json")); n != 1 {
		t.Errorf("%v letters are counted; want 1", n)
	}
	if n := len(trail.of(messages.AuditPerformed)); n != 4 {
		t.Errorf("%d events; want one of each request", n)
	}
}

func TestABundledJobOfWhichNothingIsDoneIsALetterOfTheWhole(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	outcomes := r.submitTogether(stores.together(t, badStore, badStore)).until(2)
	fails(t, outcomes[0], messages.CodeBadJSON)
	fails(t, outcomes[1], messages.CodeBadJSON)
	r.idle()
	letters := r.deadLetters()
	if len(letters) != 1 || len(letters[0].Header[DeadPlaces]) != 0 {
		t.Fatalf("dead letters %+v; want one of the whole message: all of it failed", letters)
	}
	if n := testutil.ToFloat64(w.metrics.settled.WithLabelValues("terminated")); n != 1 {
		t.Errorf("terminated %v times; want once", n)
	}
}

// What is made like a bundle and is none is buried as any malformed job.
func TestABundledJobThatIsNoneIsBuriedWhole(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	o := r.submit(stores.together(t, turn("s"), []byte("7")))
	if why := fails(t, o, messages.CodeBadJSON); !strings.Contains(why.Message, "bundle") {
		t.Errorf("told %q; want what a bundle is", why.Message)
	}
	r.idle()
	if letters := r.deadLetters(); len(letters) != 1 || letters[0].Header.Get(DeadPlaces) != "" {
		t.Errorf("dead letters %+v; want 1 of the whole message", letters)
	}
	if n := r.total("s"); n != 0 {
		t.Errorf("%d items; want none", n)
	}
}

// Of requests that nobody waits for, one that finds nothing is a dead letter.
func TestABundledRefusalThatNobodyHearsIsADeadLetter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("one")})
	there := messages.UpdateRequest{Session: "s", ID: "t0", Text: &newText}
	c := call{op: messages.OpUpdate}.together(t, there, notThere)
	r.publish(c)
	r.idle()
	if letters := r.deadLetters(); len(letters) != 1 || letters[0].Header.Get(DeadPlaces) != "1" || letters[0].Header.Get(DeadCode) != "not_found" {
		t.Errorf("dead letters %+v; want one, about the second", letters)
	}
	outcomes := r.submitTogether(c).until(2)
	must[messages.UpdateReply](t, outcomes[0])
	fails(t, outcomes[1], messages.CodeNotFound)
	r.idle()
	if n := len(r.deadLetters()); n != 1 {
		t.Errorf("%d dead letters; want none of what was heard", n)
	}
}

// Reads that share a job are answered each, and leave no letter.
func TestBundledReadsAreAnsweredEach(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	w := r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	outcomes := r.submitTogether(aList.together(t, listOf("s"), []byte(`{"nonsense":1}`), listOf("t"))).until(3)
	must[messages.ListReply](t, outcomes[0])
	fails(t, outcomes[1], messages.CodeBadJSON)
	must[messages.ListReply](t, outcomes[2])
	r.idle()
	if n, counted := len(r.deadLetters()), testutil.ToFloat64(w.metrics.dead.WithLabelValues("bad_json")); n != 0 || counted != 0 {
		t.Errorf("%d dead letters, %v counted; want none", n, counted)
	}
	if n := len(trail.of(messages.AuditPerformed)); n != 1 {
		t.Errorf("%d events; want that of the read that was not done", n)
	}
}

// The same bundle again has no effect and no answer.
func TestAReplayOfABundledJobIsDropped(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	w := r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	c := stores.together(t, turn("s"), turn("s")).with(func(c *call) { c.id = newID(t) })
	r.submitTogether(c).until(2)
	inbox, got := r.spy()
	c.reply = inbox
	r.publish(c)
	r.idle()
	if n := len(got()); n != 0 {
		t.Errorf("a replay was answered %d times", n)
	}
	if e := trail.of(messages.AuditRefused); len(e) != 1 || e[0].ID != c.id {
		t.Errorf("audited as refused: %+v; want the bundle", e)
	}
	replayed := func() float64 {
		return testutil.ToFloat64(w.metrics.requests.WithLabelValues("job", "store", "replayed"))
	}
	await.That(t, "each of its requests is counted", func() bool { return replayed() == 2 })
	if n := testutil.ToFloat64(w.metrics.bundled); n != 2 {
		t.Errorf("%v bundled requests are counted; want the 2 that were begun", n)
	}
	if n := r.total("s"); n != 2 {
		t.Errorf("%d items; want 2", n)
	}
}
