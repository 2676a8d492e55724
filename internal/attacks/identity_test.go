package attacks

import (
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A forgery is a message that nobody with the right has signed.
type forgery struct {
	name   string
	make   func(w *world, l letter) *nats.Msg
	code   messages.Code
	reason string
}

// signedBy forges with what an attacker does hold.
func signedBy(change func(*letter)) func(*world, letter) *nats.Msg {
	return func(w *world, l letter) *nats.Msg {
		change(&l)
		return w.sign(l)
	}
}

// changed forges by changing what the victim signed.
func changed(change func(*nats.Msg)) func(*world, letter) *nats.Msg {
	return func(w *world, l letter) *nats.Msg { return captured(w.sign(l), change) }
}

func forgeries() []forgery {
	return []forgery{
		{"unsigned", changed(func(m *nats.Msg) { m.Header = nil }), messages.CodeBadEnvelope, envelope.ReasonHeader},
		{"no signature", changed(func(m *nats.Msg) { m.Header.Del(envelope.HeaderSignature) }), messages.CodeBadEnvelope, envelope.ReasonHeader},
		{"garbage", changed(func(m *nats.Msg) {
			m.Header, m.Data = nats.Header{"Ctx-Version": {"1"}, "x": {"y"}}, []byte("\x00\xff{]garbage")
		}), messages.CodeBadEnvelope, envelope.ReasonHeader},
		{"a signature of another message", func(w *world, l letter) *nats.Msg {
			return captured(w.sign(l), withHeader(envelope.HeaderSignature, w.sign(l).Header.Get(envelope.HeaderSignature)))
		}, messages.CodeUnauthorized, envelope.ReasonSignature},
		{"another body", changed(func(m *nats.Msg) { m.Data = []byte(strings.Replace(string(m.Data), "s", "t", 1)) }), messages.CodeUnauthorized, envelope.ReasonSignature},
		{"the body serialised anew", changed(func(m *nats.Msg) { m.Data = append(m.Data, ' ') }), messages.CodeUnauthorized, envelope.ReasonSignature},
		{"an unknown key", signedBy(func(l *letter) { l.key = "nobody" }), messages.CodeUnauthorized, envelope.ReasonUnknownKey},
		{"the victim's key id, the attacker's secret", signedBy(func(l *letter) { l.secret = "mallory" }), messages.CodeUnauthorized, envelope.ReasonSignature},
		{"another tenant's key", signedBy(func(l *letter) { l.key = "mallory" }), messages.CodeForbidden, envelope.ReasonTenant},
		{"a key without the grant", signedBy(func(l *letter) { l.key = "reader" }), messages.CodeForbidden, envelope.ReasonGrant},
		{"another deployment's signature", signedBy(func(l *letter) { l.audience = "staging" }), messages.CodeUnauthorized, envelope.ReasonSignature},
		{"a retired key", signedBy(func(l *letter) { l.key, l.secret = "retired", "retired" }), messages.CodeUnauthorized, envelope.ReasonRetiredKey},
		{"signed for a day from now", signedBy(func(l *letter) { l.at = tomorrow() }), messages.CodeOutsideWindow, envelope.ReasonTime},
	}
}

// On the ask lane a forgery has an error that nobody signed, and no effect.
func TestForgedAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	for _, f := range forgeries() {
		a := w.ask(f.make(w, storing("i", "forged: "+f.name)))
		wantRefused(t, a, f.code)
		if a.proved {
			t.Errorf("%s: the worker signed its refusal, for a caller that proved nothing", f.name)
		}
		if n := w.count("refusals_total", "lane", "ask", "reason", f.reason); n < 1 {
			t.Errorf("%s: not counted as %s", f.name, f.reason)
		}
		w.wantAudited(f.name, refusedFor(messages.LaneAsk, f))
	}
	wantTexts(t, w.texts("s"))
}

func refusedFor(lane messages.Lane, f forgery) func(messages.AuditEvent) bool {
	return func(e messages.AuditEvent) bool {
		return e.Kind == messages.AuditRefused && e.Lane == lane && e.Code == f.code && e.Reason == f.reason
	}
}

// On the job lane a forgery has no answer at all: it is terminated, counted
// and audited, and is no dead letter that somebody might replay.
func TestForgedJobs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	for i, f := range forgeries() {
		l := storing("i", "forged: "+f.name).on(messages.LaneJob)
		l.reply = nats.NewInbox()
		inbox := w.listen(l.reply)
		w.enqueue(f.make(w, l))
		w.drained()
		w.wantSilence(inbox)
		await.That(t, f.name+" is counted as terminated, which it is once it has left the queue", func() bool {
			return w.count("jobs_settled_total", "outcome", "terminated") == float64(i+1)
		})
		if n := w.count("refusals_total", "lane", "job", "reason", f.reason); n < 1 {
			t.Errorf("%s: not counted as %s", f.name, f.reason)
		}
		w.wantAudited(f.name, refusedFor(messages.LaneJob, f))
	}
	if n := w.count("dead_letters_total"); n != 0 {
		t.Errorf("%v forgeries became dead letters", n)
	}
	wantTexts(t, w.texts("s"))
}

// The audit tells a retired key's old secret, which leaked, from a mere claim.
func TestARetiredKeyIsAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	l := storing("i", "x").by("retired")
	for _, lane := range []messages.Lane{messages.LaneAsk, messages.LaneJob} {
		for secret, proved := range map[string]bool{"retired": true, "mallory": false} {
			l.secret = secret
			if m := w.sign(l.on(lane)); lane == messages.LaneAsk {
				wantRefused(t, w.ask(m), messages.CodeUnauthorized)
			} else {
				w.enqueue(m)
			}
			w.wantAudited("the retired key", func(e messages.AuditEvent) bool {
				return e.Lane == lane && e.KeyID == "retired" && e.Reason == envelope.ReasonRetiredKey && e.Proved == proved
			})
		}
	}
}
