package attacks

import (
	"bytes"
	"slices"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// together is a letter of several requests of one operation.
func together(op messages.Op, requests ...string) letter {
	bodies := make([][]byte, len(requests))
	for i, request := range requests {
		bodies[i] = []byte(request)
	}
	return letter{op: op, body: messages.AppendBundle(nil, bodies)}
}

const (
	storesFirst  = `{"session":"s","items":[{"id":"1","text":"first"}]}`
	storesSecond = `{"session":"s","items":[{"id":"2","text":"second"}]}`
	listsAll     = `{"session":"s"}` // as a request to clear it would be written
)

// askTogether publishes a bundle of n requests, and each is done.
func (w *world) askTogether(m *nats.Msg, n int) {
	w.t.Helper()
	inbox := w.listen(m.Reply)
	defer w.unlisten(inbox)
	w.publish(m)
	for done := 0; done < n; {
		a := w.read(m, w.next(inbox))
		wantDone(w.t, a)
		replies, err := messages.ReadPartReplies(a.body)
		if err != nil || slices.ContainsFunc(replies, func(r messages.PartReply) bool { return r.Status != 200 }) {
			w.t.Fatalf("a bundle was answered with %s: %v", a.body, err)
		}
		done += len(replies)
	}
}

// sorted are the texts of a session whose requests were carried out side by side.
func (w *world) sorted(session string) []string {
	w.t.Helper()
	texts := w.texts(session)
	slices.Sort(texts)
	return texts
}

// The same bundle again, of a change that was undone meanwhile or of reads.
func TestReplayOfABundle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	m := w.sign(together(messages.OpStore, storesFirst, storesSecond))
	w.askTogether(m, 2)
	wantTexts(t, w.sorted("s"), "first", "second")
	wantDone(t, w.ask(w.sign(letter{op: messages.OpClear, body: messages.ClearRequest{Session: "s"}})))
	for range 6 { // so that both workers get it
		wantRefused(t, w.ask(captured(m)), messages.CodeReplayed)
	}
	wantTexts(t, w.texts("s"))
	w.wantAudited("the replay", replayOf(m))
}

func TestReplayOfABundleOfReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	m := w.sign(together(messages.OpList, listsAll, listsAll))
	w.askTogether(m, 2)
	wantRefused(t, w.ask(captured(m)), messages.CodeReplayed)
}

// What was proved of a bundle is proved of all of it and of nothing else:
// not of its requests in another order or number, with another among them, or alone,
// and not as another operation or for another tenant. None of the copies keeps the bundle out.
func TestABundleThatWasChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	wantDone(t, w.ask(w.sign(storing("0", "before"))))
	id := newID(t)
	body := func(requests ...string) func(*nats.Msg) {
		return func(m *nats.Msg) { m.Data = together("", requests...).body.([]byte) }
	}
	honest := together(messages.OpStore, storesFirst, storesSecond)
	honest.id = id
	stores, lists := w.sign(honest), w.sign(together(messages.OpList, listsAll, listsAll))
	for name, m := range map[string]*nats.Msg{
		"exchanged":         captured(stores, body(storesFirst, `{"session":"s","items":[{"id":"2","text":"forged"}]}`)),
		"reordered":         captured(stores, body(storesSecond, storesFirst)),
		"repeated":          captured(stores, body(storesFirst, storesSecond, storesSecond)),
		"left out":          captured(stores, body(storesFirst)),
		"alone":             captured(stores, func(m *nats.Msg) { m.Data = []byte(storesFirst) }),
		"alone, by its id":  captured(stores, func(m *nats.Msg) { m.Data = []byte(storesFirst) }, withHeader(envelope.HeaderID, messages.PartID(id, 0))),
		"written anew":      captured(stores, func(m *nats.Msg) { m.Data = bytes.Replace(m.Data, []byte("},{"), []byte("}, {"), 1) }),
		"under another id":  captured(stores, withHeader(envelope.HeaderID, newID(t))),
		"another operation": captured(lists, withSubject(w.Subjects.Ask(victim, messages.OpClear))),
		"another tenant":    captured(stores, withSubject(w.Subjects.Ask(attacker, messages.OpStore))),
		"another's body":    captured(stores, func(m *nats.Msg) { m.Data = lists.Data }),
	} {
		a := w.ask(m)
		wantRefused(t, a, messages.CodeUnauthorized)
		if a.proved {
			t.Errorf("%s: the worker signed its refusal, for a caller that proved nothing", name)
		}
	}
	wantTexts(t, w.texts("s"), "before")
	w.askTogether(stores, 2)
	w.askTogether(lists, 2)
	wantTexts(t, w.sorted("s"), "before", "first", "second")
}

// A captured bundle, published to the stream: its subject is signed.
func TestReplayOfABundleFromAskToJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	m := w.sign(together(messages.OpStore, storesFirst, storesSecond))
	inbox := w.listen(m.Reply)
	w.enqueue(captured(m, withSubject(w.Subjects.Job(victim, messages.OpStore))))
	w.drained()
	w.wantSilence(inbox)
	wantTexts(t, w.texts("s"))
	w.wantAudited("the forgery", func(e messages.AuditEvent) bool {
		return e.Lane == messages.LaneJob && e.Reason == envelope.ReasonSignature && !e.Proved
	})
}

// A bundle that its caller signed for the stream has its effect there once, and
// none as an ask; nor have its requests, alone or exchanged.
func TestReplayOfABundleFromJobToAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	m := w.sign(together(messages.OpStore, storesFirst, storesSecond).on(messages.LaneJob))
	if a := w.submit(m); a.failed != nil || !a.proved {
		t.Fatalf("%v, signed %t", a.failed, a.proved)
	}
	w.drained()
	inbox := w.listen(m.Header.Get(envelope.HeaderReply))
	w.enqueue(captured(m))
	w.enqueue(captured(m, func(m *nats.Msg) { m.Data = []byte(storesFirst) }))
	w.enqueue(captured(m, func(m *nats.Msg) { m.Data = together("", storesSecond, storesFirst).body.([]byte) }))
	w.drained()
	w.wantSilence(inbox)
	w.wantAudited("the replay", func(e messages.AuditEvent) bool {
		return e.Lane == messages.LaneJob && e.Code == messages.CodeReplayed && e.Proved
	})
	onAsk := withSubject(w.Subjects.Ask(victim, messages.OpStore))
	replied := func(m *nats.Msg) { m.Reply = m.Header.Get(envelope.HeaderReply) }
	wantRefused(t, w.ask(captured(m, onAsk, replied)), messages.CodeUnauthorized)
	wantTexts(t, w.sorted("s"), "first", "second")
}

// A captured bundle with a new inbox would hand all of its answers to whoever listens there.
func TestCapturedBundleWithANewInbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	wantDone(t, w.ask(w.sign(storing("0", "confidential"))))
	mine := nats.NewInbox()
	replied := func(m *nats.Msg) { m.Reply = mine }
	signed := withHeader(envelope.HeaderReply, mine)
	for name, changes := range map[string][]func(*nats.Msg){
		"the message's reply": {replied}, "the header": {signed}, "both": {replied, signed},
	} {
		for _, l := range []letter{together(messages.OpList, listsAll, listsAll), together(messages.OpStore, storesFirst, storesSecond)} {
			a := w.ask(captured(w.sign(l), changes...))
			if a.failed == nil || a.proved || bytes.Contains(a.body, []byte("confidential")) {
				t.Errorf("%s: %s was answered with %q", name, l.op, a.body)
			}
		}
	}
	wantTexts(t, w.texts("s"), "confidential")
}
