package attacks

import (
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A captured ask, published to the stream: its subject is signed.
func TestReplayFromAskToJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	m := w.sign(storing("i", "captured"))
	wantDone(t, w.ask(m))
	wantDone(t, w.ask(w.sign(letter{op: messages.OpClear, body: messages.ClearRequest{Session: "s"}})))
	inbox := w.listen(m.Reply)
	w.enqueue(captured(m, withSubject(w.Subjects.Job(victim, messages.OpStore))))
	w.drained()
	w.wantSilence(inbox)
	wantTexts(t, w.texts("s"))
	w.wantAudited("the forgery", func(e messages.AuditEvent) bool {
		return e.Lane == messages.LaneJob && e.Reason == envelope.ReasonSignature && !e.Proved
	})
}

// A captured job, published as an ask, to its own inbox or another one.
func TestReplayFromJobToAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	m := w.sign(storing("i", "captured").on(messages.LaneJob))
	wantDone(t, w.submit(m))
	wantDone(t, w.ask(w.sign(letter{op: messages.OpClear, body: messages.ClearRequest{Session: "s"}})))
	onAsk := withSubject(w.Subjects.Ask(victim, messages.OpStore))
	replied := func(subject string) func(*nats.Msg) { return func(m *nats.Msg) { m.Reply = subject } }
	wantRefused(t, w.ask(captured(m, onAsk, replied(m.Header.Get(envelope.HeaderReply)))), messages.CodeUnauthorized)
	wantRefused(t, w.ask(captured(m, onAsk, replied(nats.NewInbox()))), messages.CodeBadEnvelope)
	wantTexts(t, w.texts("s"))
}

// Whoever holds the key and signs one id for both lanes still has one effect of it.
func TestOneIDOnBothLanes(t *testing.T) {
	t.Parallel()
	for _, first := range []messages.Lane{messages.LaneAsk, messages.LaneJob} {
		t.Run(string(first)+" first", func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 2)
			l := storing("i", "once")
			l.id, l.lane = newID(t), first
			second := storing("j", "twice")
			second.id = l.id
			if first == messages.LaneAsk {
				wantDone(t, w.ask(w.sign(l)))
				w.enqueue(w.sign(second.on(messages.LaneJob)))
				w.drained()
			} else {
				wantDone(t, w.submit(w.sign(l)))
				wantRefused(t, w.ask(w.sign(second.on(messages.LaneAsk))), messages.CodeReplayed)
			}
			wantTexts(t, w.texts("s"), "once")
		})
	}
}

// An attacker with a key of its own cannot use up the ids of others.
func TestAnotherKeysIDsAreItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	l := storing("i", "the victim's")
	l.id = newID(t)
	stolen := storing("i", "the attacker's").by("mallory").of(attacker)
	stolen.id = l.id
	wantDone(t, w.ask(w.sign(stolen)))
	wantDone(t, w.ask(w.sign(l)))
	wantTexts(t, w.texts("s"), "the victim's")
}

// Nor are they those of another key of the tenant, who would otherwise write what
// a request is taken to have written before: it would be answered as done, and not be.
func TestAnotherKeyOfTheTenantKeepsNothingOut(t *testing.T) {
	t.Parallel()
	for name, honest := range map[string]letter{
		"an ask": storing("i", "honest"), "a job": storing("i", "honest").on(messages.LaneJob), "a bundle": together(messages.OpStore, storesFirst),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1)
			honest.id = newID(t)
			stolen := storing("j", "another").by("rotating")
			stolen.id = honest.id
			want := "honest"
			if name == "a bundle" {
				stolen.id, want = messages.PartID(honest.id, 0), "first"
			}
			wantDone(t, w.ask(w.sign(stolen)))
			if m := w.sign(honest); honest.lane == messages.LaneJob {
				wantDone(t, w.submit(m))
			} else {
				wantDone(t, w.ask(m))
			}
			wantTexts(t, w.sorted("s"), "another", want)
		})
	}
}

func TestNatsMsgIDUnlikeTheID(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	for name, id := range map[string]string{"another id": newID(t), "no id": "x"} {
		change := withHeader(envelope.HeaderMsgID, id)
		wantRefused(t, w.ask(captured(w.sign(storing("i", name)), change)), messages.CodeBadEnvelope)
		w.enqueue(captured(w.sign(storing("i", name).on(messages.LaneJob)), change))
	}
	w.drained()
	wantTexts(t, w.texts("s"))
	m := w.sign(storing("i", "the same id").on(messages.LaneJob))
	wantDone(t, w.submit(captured(m, withHeader(envelope.HeaderMsgID, m.Header.Get(envelope.HeaderID)))))
	w.wantAudited("Nats-Msg-Id", func(e messages.AuditEvent) bool { return e.Reason == envelope.ReasonMsgID })
}

// A captured message with a new inbox would hand its answer to whoever listens there.
func TestCapturedMessageWithANewInbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	wantDone(t, w.ask(w.sign(storing("i", "confidential"))))
	mine := nats.NewInbox()
	replied := func(m *nats.Msg) { m.Reply = mine }
	signed := withHeader(envelope.HeaderReply, mine)
	for name, changes := range map[string][]func(*nats.Msg){
		"the message's reply": {replied}, "the header": {signed}, "both": {replied, signed},
	} {
		for _, l := range []letter{listing(), {op: messages.OpAssemble, body: messages.AssembleRequest{Session: "s", MaxTokens: 100}}} {
			m := captured(w.sign(l), changes...)
			a := w.ask(m)
			if a.failed == nil || a.proved {
				t.Errorf("%s: %s was answered with %q", name, l.op, a.body)
			}
		}
	}
	inbox := w.listen(mine)
	w.enqueue(captured(w.sign(listing().on(messages.LaneJob)), signed))
	w.drained()
	w.wantSilence(inbox)
}
