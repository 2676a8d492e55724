package envelope

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

func TestAttackOnTheTime(t *testing.T) {
	t.Parallel()
	shift := func(d time.Duration) func(*world) Incoming {
		return before(func(_ *world, u *Unsigned) { u.Time += d.Milliseconds(); u.Expires += d.Milliseconds() })
	}
	runAttacks(t, []attack{
		{"5:01 early", shift(-301 * time.Second), messages.CodeOutsideWindow, ReasonTime},
		{"5:01 late", shift(301 * time.Second), messages.CodeOutsideWindow, ReasonTime},
		{"a millisecond too early", shift(-300_001 * time.Millisecond), messages.CodeOutsideWindow, ReasonTime},
		{"a millisecond too late", shift(300_001 * time.Millisecond), messages.CodeOutsideWindow, ReasonTime},
		{"in seconds", before(func(_ *world, u *Unsigned) { u.Time /= 1000 }), messages.CodeOutsideWindow, ReasonTime},
		{"in microseconds", before(func(_ *world, u *Unsigned) { u.Time *= 1000 }), messages.CodeBadEnvelope, ReasonHeader},
		{"zero", header(HeaderTime, "0"), messages.CodeOutsideWindow, ReasonTime},
		{"negative", before(func(_ *world, u *Unsigned) { u.Time = -u.Time }), messages.CodeBadEnvelope, ReasonHeader},
		{"overflowing", header(HeaderTime, "99999999999999999999999999"), messages.CodeBadEnvelope, ReasonHeader},
		{"just past a signed 64-bit number", header(HeaderTime, "9223372036854775808"), messages.CodeBadEnvelope, ReasonHeader},
		{"the largest of 15 digits", header(HeaderTime, strings.Repeat("9", 15)), messages.CodeOutsideWindow, ReasonTime},
		{"a leading zero", header(HeaderTime, "01790000000000"), messages.CodeBadEnvelope, ReasonHeader},
		{"a sign", header(HeaderTime, "+1790000000000"), messages.CodeBadEnvelope, ReasonHeader},
		{"a space", header(HeaderTime, " 1790000000000"), messages.CodeBadEnvelope, ReasonHeader},
		{"a fraction", header(HeaderTime, "1790000000000.0"), messages.CodeBadEnvelope, ReasonHeader},
		{"an exponent", header(HeaderTime, "179e10"), messages.CodeBadEnvelope, ReasonHeader},
		{"an underscore", header(HeaderTime, "1_790000000000"), messages.CodeBadEnvelope, ReasonHeader},
		{"hexadecimal", header(HeaderTime, "0x1a0c2f3b000"), messages.CodeBadEnvelope, ReasonHeader},
		{"other digits", header(HeaderTime, "١٧٩"), messages.CodeBadEnvelope, ReasonHeader},
		{"empty", header(HeaderTime, ""), messages.CodeBadEnvelope, ReasonHeader},
	})
}

func TestAttackOnTheExpiry(t *testing.T) {
	t.Parallel()
	runAttacks(t, []attack{
		{"past", before(func(_ *world, u *Unsigned) { u.Time -= 2000; u.Expires = u.Time + 1000 }), messages.CodeExpired, ReasonExpires},
		{"past and out of the window", before(func(_ *world, u *Unsigned) { u.Time -= 302_000; u.Expires = u.Time + 1000 }), messages.CodeOutsideWindow, ReasonTime},
		{"before the time", before(func(_ *world, u *Unsigned) { u.Expires = u.Time - 1 }), messages.CodeBadEnvelope, ReasonExpires},
		{"with the time", before(func(_ *world, u *Unsigned) { u.Expires = u.Time }), messages.CodeBadEnvelope, ReasonExpires},
		{"in seconds", before(func(_ *world, u *Unsigned) { u.Expires /= 1000 }), messages.CodeBadEnvelope, ReasonExpires},
		{"a day and a millisecond", before(func(_ *world, u *Unsigned) { u.Expires = u.Time + messages.MaxRequestLife.Milliseconds() + 1 }), messages.CodeBadEnvelope, ReasonExpires},
		{"negative", header(HeaderExpires, "-1"), messages.CodeBadEnvelope, ReasonHeader},
		{"overflowing", header(HeaderExpires, strings.Repeat("9", 16)), messages.CodeBadEnvelope, ReasonHeader},
		{"missing", header(HeaderExpires), messages.CodeBadEnvelope, ReasonHeader},
	})
}

func TestAttackOnTheTimeOfAJob(t *testing.T) {
	t.Parallel()
	job := func(change func(w *world, in *Incoming)) func(*world) Incoming {
		return func(w *world) Incoming {
			in := w.job()
			change(w, &in)
			return in
		}
	}
	runAttacks(t, []attack{
		{"stored 5:01 after it was signed", job(func(w *world, in *Incoming) { in.StreamTime = w.now.Add(301 * time.Second) }), messages.CodeOutsideWindow, ReasonTime},
		{"stored 5:01 before it was signed", job(func(w *world, in *Incoming) { in.StreamTime = w.now.Add(-301 * time.Second) }), messages.CodeOutsideWindow, ReasonTime},
		{"no time of the stream", job(func(_ *world, in *Incoming) { in.StreamTime = time.Time{} }), messages.CodeOutsideWindow, ReasonTime},
		{"expired while it waited", job(func(w *world, in *Incoming) { in.Now = w.now.Add(13 * time.Hour) }), messages.CodeExpired, ReasonExpires},
		{"a millisecond past its life", job(func(_ *world, in *Incoming) { in.Now = in.StreamTime.Add(12*time.Hour + time.Millisecond) }), messages.CodeExpired, ReasonExpires},
	})
}

func TestAttackOnTheOtherLane(t *testing.T) {
	t.Parallel()
	runAttacks(t, []attack{
		{"a captured ask published as a job", func(w *world) Incoming {
			in := w.ask()
			in.Lane, in.Subject, in.Reply = messages.LaneJob, w.subjects.Job("acme", messages.OpStore), ""
			in.StreamTime = w.now
			return in
		}, messages.CodeUnauthorized, ReasonSignature},
		{"a captured job published as an ask", func(w *world) Incoming {
			in := w.job()
			in.Lane, in.Subject, in.Reply, in.Now = messages.LaneAsk, w.subjects.Ask("acme", messages.OpStore), testInbox, w.now
			return in
		}, messages.CodeUnauthorized, ReasonSignature},
		{"an ask's subject on the job lane", func(w *world) Incoming {
			in := w.ask()
			in.Lane, in.StreamTime = messages.LaneJob, w.now
			return in
		}, messages.CodeForbidden, ReasonSubject},
		{"no lane", after(func(in *Incoming) { in.Lane = "" }), messages.CodeForbidden, ReasonSubject},
	})
}

func TestAttackOnTheSubject(t *testing.T) {
	t.Parallel()
	subject := func(s string) func(*world) Incoming {
		return before(func(_ *world, u *Unsigned) { u.Subject = s })
	}
	runAttacks(t, []attack{
		{"another operation after signing", after(func(in *Incoming) { in.Subject = "ctx.v1.ask.acme.clear" }), messages.CodeUnauthorized, ReasonSignature},
		{"another tenant after signing", after(func(in *Incoming) { in.Subject = "ctx.v1.ask.globex.store" }), messages.CodeUnauthorized, ReasonSignature},
		{"no such operation", subject("ctx.v1.ask.acme.drop"), messages.CodeUnknownOperation, ReasonSubject},
		{"an operation in another case", subject("ctx.v1.ask.acme.Store"), messages.CodeUnknownOperation, ReasonSubject},
		{"a token more", subject("ctx.v1.ask.acme.store.x"), messages.CodeUnknownOperation, ReasonSubject},
		{"a token less", subject("ctx.v1.ask.store"), messages.CodeUnknownOperation, ReasonSubject},
		{"another version", subject("ctx.v2.ask.acme.store"), messages.CodeUnknownOperation, ReasonSubject},
		{"another prefix", subject("ctz.v1.ask.acme.store"), messages.CodeUnknownOperation, ReasonSubject},
		{"the tenant escaped without need", subject("ctx.v1.ask.=61cme.store"), messages.CodeUnknownOperation, ReasonSubject},
		{"the tenant in lower-case escapes", subject("ctx.v1.ask.a=2e.store"), messages.CodeUnknownOperation, ReasonSubject},
		{"the tenant a lone =", subject("ctx.v1.ask.=.store"), messages.CodeUnknownOperation, ReasonSubject},
		{"the tenant with an escaped NUL", subject("ctx.v1.ask.acme=00.store"), messages.CodeUnknownOperation, ReasonSubject},
		{"the tenant not UTF-8", subject("ctx.v1.ask.=FF.store"), messages.CodeUnknownOperation, ReasonSubject},
		{"no tenant", subject("ctx.v1.ask..store"), messages.CodeBadEnvelope, ReasonSubject},
		{"a wildcard", subject("ctx.v1.ask.*.store"), messages.CodeBadEnvelope, ReasonSubject},
		{"a line feed", subject("ctx.v1.ask.acme.store\nx"), messages.CodeBadEnvelope, ReasonSubject},
		{"a space", subject("ctx.v1.ask.acme.store "), messages.CodeBadEnvelope, ReasonSubject},
		{"empty", subject(""), messages.CodeBadEnvelope, ReasonSubject},
		{"too long", subject("ctx.v1.ask." + strings.Repeat("a", 600) + ".store"), messages.CodeBadEnvelope, ReasonSubject},
	})
}

func TestAttackFromAnotherDeployment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, audience := range []string{"", "staging", "Production", "production "} {
		signer, err := NewSigner("web", secretOf(1), audience)
		fatalIf(t, err)
		_, err = w.verifier.Verify(w.askSigned(signer, w.unsigned()))
		wantCode(t, err, messages.CodeUnauthorized)
	}
}

// TestAttackByADelimiter moves the border between two signed fields, so that
// a naive join of them would be the same text.
func TestAttackByADelimiter(t *testing.T) {
	t.Parallel()
	smuggle := func(name string) func(*world) Incoming {
		return func(w *world) Incoming {
			in := w.ask()
			in.Header = with(in.Header, name, in.Header[name][0]+"\n"+strconv.Itoa(1))
			return in
		}
	}
	attacks := []attack{
		{"in the subject", before(func(_ *world, u *Unsigned) { u.Subject += "\n_INBOX.a" }), messages.CodeBadEnvelope, ReasonSubject},
		{"in the reply", smuggle(HeaderReply), messages.CodeBadEnvelope, ReasonReply},
		{"in the signature", smuggle(HeaderSignature), messages.CodeBadEnvelope, ReasonSignatureForm},
		{"in the version", smuggle(HeaderVersion), messages.CodeBadEnvelope, ReasonVersion},
	}
	for _, name := range []string{HeaderKey, HeaderID, HeaderTime, HeaderExpires} {
		attacks = append(attacks, attack{"in " + name, smuggle(name), messages.CodeBadEnvelope, ReasonHeader})
	}
	runAttacks(t, attacks)
	if CheckAudience("a\nctx.v1.ask.acme.store") == nil {
		t.Error("an audience of two lines was accepted")
	}
}
