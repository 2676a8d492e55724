package attacks

import (
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// targets are subjects that no answer may ever go to, whoever asks.
func targets() []string {
	return []string{
		"$JS.API.STREAM.PURGE.KV_ctx_short", "$JS.API.STREAM.DELETE.CTX_JOBS", "$JS.ACK.CTX_JOBS.ctx-workers.1.1.1.1.0", "$JS.FC.x",
		"$KV.ctx_short.acme.s.forged", "$KV.ctx_ledger.victim.forged", "$SRV.PING", "$SYS.REQ.SERVER.PING",
		"ctx.v1.ask.acme.clear", "ctx.v1.job.acme.store", "ctx.v1.dead.acme.store", "ctx.v1.audit.forged", "ctx.v1.event.acme.stored",
		"somebody.elses.subject", "_INBOX", "_INBOXES.a", "victim",
	}
}

// An observer hears everything on the server, and remembers what was
// published to some subjects by others than the attacker.
type observer struct {
	w       *world
	heard   *nats.Subscription
	watched []string
}

// ours marks what the attacker itself publishes.
const ours = "By-The-Attacker"

func (w *world) observe(subjects ...string) *observer {
	w.t.Helper()
	return &observer{w: w, heard: w.listen(">"), watched: subjects}
}

// wantNothing fails the test if a worker published to one of the subjects.
func (o *observer) wantNothing() {
	t := o.w.t
	t.Helper()
	o.w.flush()
	pending, _, err := o.heard.Pending()
	if err != nil {
		t.Fatal(err)
	}
	for range pending {
		m := o.w.next(o.heard)
		if slices.Contains(o.watched, m.Subject) && m.Header.Get(ours) == "" {
			t.Errorf("a worker published to %s: %q %v", m.Subject, m.Data, m.Header)
		}
	}
}

// Signed and unsigned, with a good key and without, on both lanes: whatever
// stands in the reply and in the envelope, no worker publishes there.
func TestNoAnswerGoesWhereACallerPoints(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	everywhere := w.observe(targets()...)
	sent := 0
	send := func(m *nats.Msg) {
		m.Header.Set(ours, "1")
		if strings.HasPrefix(m.Reply, "$JS.") { // the server takes no such reply, so it stands in the envelope alone
			m.Reply = messages.DefaultInboxPrefix + ".a"
		}
		w.publish(m)
		sent++
	}
	for _, target := range targets() {
		l := listing()
		l.reply = target
		send(w.sign(l))                            // the key is good
		send(w.sign(l.by("nobody")))               // the key is unknown
		send(w.sign(l.by("mallory").of(attacker))) // the attacker's own
		send(captured(w.sign(listing()), func(m *nats.Msg) { m.Reply = target }))
		send(&nats.Msg{Subject: w.Subjects.Ask(victim, messages.OpList), Reply: target, Header: nats.Header{}})
		w.enqueue(captured(w.sign(l.on(messages.LaneJob)), withHeader(ours, "1")))
	}
	await.That(t, "every ask is judged", func() bool { return w.count("requests_total", "lane", "ask") >= float64(sent) })
	w.drained()
	everywhere.wantNothing()
}

// Wildcards and subjects that are none cannot be published to with nats.go, but can stand in a header.
func TestNoAnswerGoesToWhatIsNoSubject(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	for _, reply := range []string{"_INBOX.*", "_INBOX.>", "_INBOX.a..b", "_INBOX.a b", "_INBOX.", ".", ">", "*", "_INBOX.\x00", "_INBOX.日本", strings.Repeat("_INBOX.", 60) + "a"} {
		m := captured(w.sign(listing()), withHeader(envelope.HeaderReply, reply))
		wantRefused(t, w.ask(m), messages.CodeBadEnvelope)
		l := storing("i", "x").on(messages.LaneJob)
		l.reply = reply
		w.enqueue(w.sign(l))
	}
	w.drained()
	wantTexts(t, w.texts("s"))
}

// A key's inbox prefix binds it: answers go under that prefix and nowhere else.
func TestAKeysInboxPrefixBindsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	for _, c := range []struct {
		key, reply string
		allowed    bool
	}{
		{"inner", "_INBOX.inner.a", true}, {"inner", "_INBOX.a", false}, {"inner", "_INBOX.inner", false},
		{"inner", "_INBOX.inners.a", false}, {"inner", "_INBOX.other.a", false},
		{"elsewhere", "answers.elsewhere.a", true}, {"elsewhere", "answers.a", false}, {"elsewhere", "_INBOX.a", false},
		{"victim", "answers.elsewhere.a", false},
	} {
		for _, lane := range []messages.Lane{messages.LaneAsk, messages.LaneJob} {
			l := listing().by(c.key).on(lane)
			l.reply = c.reply
			m, inbox := w.sign(l), w.listen(c.reply)
			w.deliver(m)
			if c.allowed {
				wantDone(t, w.read(m, w.next(inbox)))
			}
			w.wantNoAnswer(inbox)
			w.unlisten(inbox)
		}
	}
}

// deliver publishes a message on its lane and returns when a worker has judged it.
func (w *world) deliver(m *nats.Msg) {
	w.t.Helper()
	if strings.HasPrefix(m.Subject, "ctx.v1.job.") {
		w.enqueue(m)
		w.drained()
		return
	}
	before := w.count("requests_total", "lane", "ask")
	w.publish(m)
	await.That(w.t, "the ask is judged", func() bool { return w.count("requests_total", "lane", "ask") > before })
}

// wantNoAnswer lets an error through that nobody signed, which the ask lane
// sends to any default inbox, and nothing else.
func (w *world) wantNoAnswer(inbox *nats.Subscription) {
	w.t.Helper()
	w.flush()
	pending, _, err := inbox.Pending()
	if err != nil {
		w.t.Fatal(err)
	}
	for range pending {
		m := w.next(inbox)
		if m.Header.Get(envelope.HeaderSignature) != "" || m.Header.Get(envelope.HeaderErrorCode) == "" || !strings.HasPrefix(m.Subject, "_INBOX.") {
			w.t.Errorf("%s got %q %v", m.Subject, m.Data, m.Header)
		}
	}
}
