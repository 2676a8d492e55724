package worker

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers"
)

// A request of a bundle that was done is known when the bundle comes again, also
// after its segment was merged away and others have changed what it stored.
func TestABundledJobDoesNothingTwiceThoughItsSegmentsWereMergedAway(t *testing.T) {
	t.Parallel()
	mine := messages.StoreRequest{Session: "s", Items: turns("by the job")}
	for name, again := range map[string]func(*testing.T, *rig, *running, *poisonLog, call) (second func()){
		"side by side": func(_ *testing.T, r *rig, _ *running, log *poisonLog, c call) func() {
			s := r.submitTogether(c)
			s.until(1)
			return func() {
				log.faults.Store(0)
				r.idle()
			}
		},
		"one by one": func(t *testing.T, r *rig, w *running, _ *poisonLog, c call) func() {
			b := w.bundled(t, r, c, time.Minute)
			done := func(got result) {
				if got.verdict != acknowledge {
					t.Errorf("%+v; want it done", got.failure)
				}
			}
			p := b.parts[0]
			done(b.jobOf(p).perform(t.Context(), p.Verified, false))
			return func() { done(b.jobOf(p).alone(t.Context(), t.Context(), p.Verified)) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			log := newPoisonLog(always)
			w := r.start(options{tiers: func(c *tiers.Config) { c.Compact.Segments = 2 }, deps: log.poison})
			background(t, w.tiers.Run)
			c := stores.together(t, mine, turn("poison")).with(func(c *call) { c.id = newID(t) })
			second := again(t, r, w, log, c)
			must[messages.UpdateReply](t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Text: &newText}}))
			there := r.mergedAway("s", messages.PartID(c.id, 0))
			second()
			if got := list(t, r.ask, messages.ListRequest{Session: "s", IDs: []string{"t0"}}).Items; len(got) != 1 || got[0].Text != newText {
				t.Errorf("t0 is %+v; want what it was changed to", got)
			}
			if there() {
				t.Error("the request's segment was written again")
			}
		})
	}
}

// mergedAway waits until a session's segment is no more, and can then tell whether it is there again.
func (r *rig) mergedAway(session, id string) (there func() bool) {
	r.t.Helper()
	stream, err := r.js.Stream(r.t.Context(), "KV_ctx_short")
	if err != nil {
		r.t.Fatal(err)
	}
	there = func() bool {
		_, err := stream.GetLastMsgForSubject(r.t.Context(), segmentOf(session, id))
		return !errors.Is(err, jetstream.ErrMsgNotFound)
	}
	await.That(r.t, "the segment is merged away", func() bool {
		store(r.t, r.ask, messages.StoreRequest{Session: session, Items: []messages.Item{{ID: "other", Text: "more"}}})
		return !there()
	})
	return there
}
