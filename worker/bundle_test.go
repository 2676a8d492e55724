package worker

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

var stores = call{op: messages.OpStore}

// Requests that share a message have an effect and a reply each, an id of their
// own in it and in the audit, and one entry in the ledger.
func TestEachRequestOfABundleHasItsEffectAndItsReply(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail, ledger := &auditTrail{}, &countingLedger{}
	w := r.start(options{deps: func(d *Deps) {
		d.Audit = trail
		ledger.count(d)
	}})
	c := stores.with(func(c *call) { c.id = newID(t) })
	sessions := []string{"a", "b", "a"}
	outcomes := r.askTogether(c, turn("a"), turn("b"), turn("a"))
	for place, session := range sessions {
		reply := must[messages.StoreReply](t, outcomes[place])
		want := messages.ItemID(messages.PartID(c.id, place), 0)
		if len(reply.IDs) != 1 || reply.IDs[0] != want || reply.Revision.Session == 0 {
			t.Errorf("request %d: %+v; want the item %s", place, reply, want)
		}
		if e := eventOf(trail, messages.PartID(c.id, place)); e.Op != messages.OpStore || e.Owner != "session:"+session || e.Revision != reply.Revision.Session || e.Code != "" {
			t.Errorf("request %d is audited as %+v", place, e)
		}
	}
	if a, b := r.total("a"), r.total("b"); a != 2 || b != 1 {
		t.Errorf("the sessions have %d and %d items; want 2 and 1", a, b)
	}
	if n := len(trail.of(messages.AuditPerformed)); n != len(sessions) {
		t.Errorf("%d events for %d requests", n, len(sessions))
	}
	if n, id := ledger.entries.Load(), ledger.last.Load(); n != 1 || id != c.id {
		t.Errorf("%d entries in the ledger, of %v; want 1 of the whole", n, id)
	}
	if n := testutil.ToFloat64(w.metrics.requests.WithLabelValues("ask", "store", "ok")); n != 3 {
		t.Errorf("%v requests are counted; want 3", n)
	}
	if n := testutil.ToFloat64(w.metrics.bundled); n != 3 {
		t.Errorf("%v requests are counted as bundled; want 3", n)
	}
}

// A message that is made for several requests and has one shares it with none.
func TestABundleOfOneRequestIsCountedAsOneAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	must[messages.StoreReply](t, r.askTogether(stores.with(func(c *call) { c.id = newID(t) }), turn("a"))[0])
	if n := testutil.ToFloat64(w.metrics.bundled); n != 0 {
		t.Errorf("%v requests are counted as bundled; want 0", n)
	}
}

// eventOf is what was audited of the change with an id.
func eventOf(trail *auditTrail, id string) messages.AuditEvent {
	for _, e := range trail.of(messages.AuditPerformed) {
		if e.ID == id {
			return e
		}
	}
	return messages.AuditEvent{}
}

// The same bundle again is one replay, of a worker that had it and of one that
// had not, whether it changes something or not.
func TestABundleIsTakenOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	first := r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	changes := stores.together(t, turn("s"), turn("s")).with(func(c *call) { c.id = newID(t) })
	reads := aList.together(t, listOf("s"), listOf("t")).with(func(c *call) { c.id = newID(t) })
	again := func(c call) {
		t.Helper()
		o := r.ask(c)
		fails(t, o, messages.CodeReplayed)
		if !o.signed {
			t.Error("not signed")
		}
	}
	for _, c := range []call{changes, reads} {
		r.sendTogether(c).until(2)
		again(c)
	}
	replays := trail.of(messages.AuditRefused)
	if len(replays) != 2 || replays[0].ID != changes.id || replays[1].ID != reads.id {
		t.Errorf("audited as refused: %+v; want each bundle once", replays)
	}
	first.stop()
	if err := <-first.ended; err != nil {
		t.Fatal(err)
	}
	r.start(options{})
	again(changes)
	if n := r.total("s"); n != 2 {
		t.Errorf("%d items; want 2", n)
	}
}

func TestABadRequestOfABundleFailsAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	requests := []any{
		turn("s"), []byte(`{nonsense}`), turn("s"), []byte(`{"session":"s","items":[{"text":7}]}`), messages.StoreRequest{Items: turns("no owner")},
		messages.StoreRequest{Session: strings.Repeat("x", 257), Items: turns("t")}, []byte(`{"requests":[{"session":"s","items":[{"text":"a bundle in a bundle"}]}]}`), turn("s"),
	}
	outcomes := r.askTogether(stores, requests...)
	for place, code := range []messages.Code{
		"", messages.CodeBadJSON, "", messages.CodeBadJSON, messages.CodeBadRequest, messages.CodeTooLarge, messages.CodeBadJSON, "",
	} {
		if code == "" {
			must[messages.StoreReply](t, outcomes[place])
		} else if refused := fails(t, outcomes[place], code); refused.Message == "" {
			t.Errorf("request %d: %+v", place, refused)
		}
	}
	if n := r.total("s"); n != 3 {
		t.Errorf("%d items; want those of the 3 good requests", n)
	}
}

// What is no bundle, or too large for one, is refused whole, and signed.
func TestABundleThatIsNoneIsRefusedWhole(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	many := make([]any, messages.MaxBundle+1)
	for i := range many {
		many[i] = turn("s")
	}
	large := turn("s")
	large.Items[0].Text = strings.Repeat("x", messages.MaxBundleBytes)
	for name, c := range map[string]struct {
		call call
		code messages.Code
	}{
		"too many requests":  {stores.together(t, many...), messages.CodeTooLarge},
		"too many bytes":     {stores.together(t, turn("s"), large), messages.CodeTooLarge},
		"no request":         {stores.together(t), messages.CodeBadJSON},
		"no object":          {stores.together(t, turn("s"), []byte("7")), messages.CodeBadJSON},
		"something after it": {stores.with(func(c *call) { c.body = append(stores.together(t, turn("s")).body.([]byte), `{}`...) }), messages.CodeBadJSON},
	} {
		o := r.ask(c.call)
		fails(t, o, c.code)
		if !o.signed || o.status != c.code.Status() {
			t.Errorf("%s: signed %t, status %d", name, o.signed, o.status)
		}
	}
	if n := r.total("s"); n != 0 {
		t.Errorf("%d items; want none", n)
	}
	if n := testutil.ToFloat64(w.metrics.bundled); n != 0 {
		t.Errorf("%v requests are counted as bundled; want none", n)
	}
}

// A ledger that does not answer fails the whole bundle: nothing of it was begun.
func TestABundleThatTheLedgerDoesNotTakeHasOneErrorAndNoEffect(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	now := time.Now()
	w := r.start(options{deps: func(d *Deps) {
		d.Clock = func() time.Time { return now }
		d.Audit = trail
		d.Ledger = ledgerHook(func(context.Context, string, string, string, time.Duration) (bool, error) {
			return false, messages.Errorf(messages.CodeUnavailable, "down")
		})
	}})
	o := r.ask(stores.together(t, turn("s"), turn("s"), turn("t")))
	fails(t, o, messages.CodeUnavailable)
	if !o.signed {
		t.Error("not signed")
	}
	if a, b := r.total("s"), r.total("t"); a != 0 || b != 0 {
		t.Errorf("the sessions have %d and %d items; want none", a, b)
	}
	if events := trail.of(messages.AuditPerformed); len(events) != 0 {
		t.Errorf("audited as performed: %+v", events)
	}
	// Each counts, as those that are done do: else errors would seem few beside them.
	failed := func() float64 {
		return testutil.ToFloat64(w.metrics.requests.WithLabelValues("ask", "store", "unavailable"))
	}
	await.That(t, "three errors are counted", func() bool { return failed() == 3 })
	await.That(t, "nothing is in flight", func() bool { return testutil.ToFloat64(w.metrics.inFlight.WithLabelValues("ask")) == 0 })
}
