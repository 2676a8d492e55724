package worker

import (
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers"
)

// placesOf counts the answers to each place that came in these messages.
func placesOf(t *testing.T, got []*nats.Msg) map[int]int {
	t.Helper()
	answers := make(map[int]int)
	for _, m := range got {
		replies, err := messages.ReadPartReplies(m.Data)
		if err != nil {
			t.Fatalf("%s: %v", m.Data, err)
		}
		for _, reply := range replies {
			answers[reply.Place]++
		}
	}
	return answers
}

// A worker is killed over a bundle, before or after some of its requests are
// done: another does what is left, and nothing twice.
func TestAWorkerThatIsKilledLeavesItsBundleToAnother(t *testing.T) {
	t.Parallel()
	for _, at := range []checkpoint{beforeVerify, afterLedger, afterEffect, beforeReply, afterReply} {
		t.Run(string(at), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			heir := r.make(options{tiers: func(c *tiers.Config) { c.Compact.Disabled = true }})
			inbox, got := r.spy()
			r.publish(stores.together(t, turn("a"), turn("b"), turn("c")).with(func(c *call) { c.reply = inbox }))
			r.kill(at, "")
			if n := r.count("CTX_JOBS"); n != 1 {
				t.Fatalf("%d jobs are left by the victim; want the one", n)
			}
			heir.run(t)
			r.idle()
			for _, session := range []string{"a", "b", "c"} {
				if n := r.total(session); n != 1 {
					t.Errorf("session %s has %d items; want 1", session, n)
				}
			}
			if n := r.count("KV_ctx_short"); n != 3 {
				t.Errorf("%d segments; want 3", n)
			}
			answers := placesOf(t, got())
			for place := range 3 {
				if n := answers[place]; n != 1 && (at != afterReply || n != 2) {
					t.Errorf("%d answers to request %d", n, place)
				}
			}
		})
	}
}

// begunAlone is of how many requests the ledger knows that they were begun alone, or
// if that is what it is asked for, begun again.
func (r *rig) begunAlone(entry string) (requests int) {
	r.t.Helper()
	ledger, err := r.js.Stream(r.t.Context(), "KV_ctx_ledger")
	if err != nil {
		r.t.Fatal(err)
	}
	info, err := ledger.Info(r.t.Context(), jetstream.WithSubjectFilter("$KV.ctx_ledger.>"))
	if err != nil {
		r.t.Fatal(err)
	}
	for subject := range info.State.Subjects {
		if strings.HasSuffix(subject, "=2E"+entry) {
			requests++
		}
	}
	return requests
}

// Of a bundle that kills its workers the others are done: those that it does not
// kill. What kills them is found, request by request, and buried.
func TestARequestThatKillsItsWorkersIsBuriedWithoutTheOthers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	heir := r.make(options{
		tiers:  func(c *tiers.Config) { c.Compact.Disabled = true },
		config: func(c *Config) { c.MaxAttempts = victimAttempts },
	})
	inbox, got := r.spy()
	r.publish(stores.together(t, turn("a"), turn("poison"), turn("b"), turn("poison")).with(func(c *call) { c.reply = inbox }))
	// As often as a job may fail, and then twice for each request that kills: that
	// is known of both of them once each was begun again.
	for kills := 0; r.begunAlone("begun-again") < 2; kills++ {
		if kills == 20 {
			t.Fatalf("after %d kills it is not known what kills", kills)
		}
		r.kill(afterEffect, "poison")
	}
	heir.run(t)
	r.idle()
	letters := r.deadLetters()
	if len(letters) != 1 || letters[0].Header.Get(DeadPlaces) != "1,3" || letters[0].Header.Get(DeadCode) != "internal" {
		t.Fatalf("dead letters %+v; want one, of what kills", letters)
	}
	for _, session := range []string{"a", "b"} {
		if n := r.total(session); n != 1 {
			t.Errorf("session %s has %d items; want 1", session, n)
		}
	}
	if answers := placesOf(t, got()); answers[0] == 0 || answers[1] != 1 || answers[2] == 0 || answers[3] != 1 {
		t.Errorf("answers by place: %v; want all told, and of what kills once", answers)
	}
}
