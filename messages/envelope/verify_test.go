package envelope

import (
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

func TestVerifyAcceptsAnAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.mustVerify(t, w.ask())
	perSecond, burst := v.Rate()
	got := []any{v.Lane(), v.Tenant(), v.Op(), v.KeyID(), v.ID(), v.Reply(), v.Time(), v.Expires().UnixMilli(), string(v.Body()), perSecond, burst}
	u := w.unsigned()
	want := []any{messages.LaneAsk, "acme", messages.OpStore, "web", u.ID, testInbox, u.Time, u.Expires, testBody, 50.0, 50}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("field %d is %v, want %v", i, got[i], want[i])
		}
	}
	if !v.Granted(messages.GrantRead) || v.Granted(messages.GrantAdmin) {
		t.Error("its key's grants are not those of the ring")
	}
}

func TestVerifyAccepts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	withUnsigned := func(change func(*Unsigned)) Incoming {
		u := w.unsigned()
		change(&u)
		return w.askSigned(w.signer, u)
	}
	withHeader := func(name string, values ...string) Incoming {
		in := w.ask()
		in.Header = with(in.Header, name, values...)
		return in
	}
	tests := map[string]Incoming{
		"a job that waited":                 w.job(),
		"a job without an answer":           w.silentJob(),
		"the second secret of a rotation":   w.askSigned(w.signerOf(t, "web", secretOf(2)), w.unsigned()),
		"Nats-Msg-Id that equals the id":    withHeader(HeaderMsgID, w.unsigned().ID),
		"headers of others":                 withHeader("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
		"an empty body":                     withUnsigned(func(u *Unsigned) { u.Body = nil }),
		"exactly five minutes early":        withUnsigned(func(u *Unsigned) { u.Time += 300_000; u.Expires += 300_000 }),
		"exactly five minutes late":         withUnsigned(func(u *Unsigned) { u.Time -= 300_000 }),
		"expires in the very millisecond":   withUnsigned(func(u *Unsigned) { u.Time--; u.Expires = w.now.UnixMilli() }),
		"the longest life":                  withUnsigned(func(u *Unsigned) { u.Expires = u.Time + messages.MaxRequestLife.Milliseconds() }),
		"the largest body":                  withUnsigned(func(u *Unsigned) { u.Body = make([]byte, messages.MaxMessageBytes) }),
		"a longer inbox, with an escape":    withUnsigned(func(u *Unsigned) { u.Reply = "_INBOX.a=2E-_9.z" }),
		"an inbox of 256 bytes":             withUnsigned(func(u *Unsigned) { u.Reply = "_INBOX." + strings.Repeat("a", 249) }),
		"two signatures, the first of ours": w.doubleSigned(t, secretOf(1), secretOf(9)),
		"two signatures, the second ours":   w.doubleSigned(t, secretOf(9), secretOf(2)),
	}
	for name, in := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w.mustVerify(t, in)
		})
	}
}

func TestVerifyKeepsTenantsThatNeedEscapes(t *testing.T) {
	t.Parallel()
	ring, err := NewRing([]Key{{ID: "k", Secrets: []Secret{secretOf(1)}, Tenants: []string{messages.AnyTenant}, Grants: []messages.Grant{messages.GrantRead}}})
	fatalIf(t, err)
	w := newWorld(t)
	w.verifier.SetRing(ring)
	signer := w.signerOf(t, "k", secretOf(1))
	for _, tenant := range []string{"**", ">", ".", "..", "a.b", "a b", "=", "$JS", "日本", strings.Repeat(".", messages.MaxTenantBytes)} {
		u := w.unsigned()
		u.Subject = w.subjects.Ask(tenant, messages.OpList)
		if v := w.mustVerify(t, w.askSigned(signer, u)); v.Tenant() != tenant {
			t.Errorf("tenant %q came out as %q", tenant, v.Tenant())
		}
	}
}

func TestVerifyUsesItsOwnLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	small := NewVerifier(testAudience, w.subjects, w.ring, Limits{MaxMessageBytes: 10, MaxHeaderBytes: 4096, Window: time.Second})
	_, err := small.Verify(w.ask())
	wantCode(t, err, messages.CodeTooLarge)
	wide := NewVerifier(testAudience, w.subjects, w.ring, Limits{MaxMessageBytes: 1 << 30, MaxHeaderBytes: 1 << 30, Window: time.Hour})
	if wide.limits != w.verifier.limits {
		t.Errorf("limits %+v are above the protocol's %+v", wide.limits, w.verifier.limits)
	}
}

func TestSetRingTakesEffectAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verifier.SetRing(nil)
	_, err := w.verifier.Verify(w.ask())
	wantReason(t, err, ReasonUnknownKey)
	w.verifier.SetRing(w.ring)
	w.mustVerify(t, w.ask())
	if w.verifier.Ring() != w.ring {
		t.Error("Ring is not the one that was set")
	}
}

// TestOneAnswerForKeysThatAreNotLetIn compares what the sender sees and what
// the audit sees. AllocsPerRun counts the whole program, so this test is not parallel:
// equal counts are the part of "costs the same" that needs no clock.
func TestOneAnswerForKeysThatAreNotLetIn(t *testing.T) {
	w := newWorld(t)
	u := w.unsigned()
	type outcome struct {
		message string
		allocs  float64
	}
	outcomes := map[string]outcome{}
	for reason, signer := range map[string]*Signer{
		ReasonUnknownKey: w.signerOf(t, "nobody", secretOf(1)),
		ReasonSignature:  w.signerOf(t, "web", secretOf(9)),
		ReasonRetiredKey: w.signerOf(t, "old", secretOf(5)),
	} {
		in := w.askSigned(signer, u)
		_, err := w.verifier.Verify(in)
		wantCode(t, err, messages.CodeUnauthorized)
		wantReason(t, err, reason)
		outcomes[reason] = outcome{err.Error(), testing.AllocsPerRun(50, func() { _, _ = w.verifier.Verify(in) })}
	}
	for reason, got := range outcomes {
		if got != outcomes[ReasonSignature] {
			t.Errorf("%s answers %+v, a wrong signature %+v", reason, got, outcomes[ReasonSignature])
		}
	}
}

func TestSafeReply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := map[string]bool{
		"_INBOX.a":                           true,
		"_INBOX.abc.1":                       true,
		"":                                   false,
		"_INBOX":                             false,
		"_INBOX.":                            false,
		"_INBOX.*":                           false,
		"_INBOX.>":                           false,
		"_INBOX.a..b":                        false,
		"_INBOX.a b":                         false,
		"_INBOX.a\r\nPUB x 1":                false,
		"_INBOXES.a":                         false,
		"$JS.API.STREAM.DELETE.X":            false,
		"ctx.v1.ask.acme.store":              false,
		"_INBOX." + strings.Repeat("a", 250): false,
	}
	for subject, want := range tests {
		if got := w.verifier.SafeReply(subject); got != want {
			t.Errorf("SafeReply(%q) is %t", subject, got)
		}
	}
}

// silentJob is a good job that wants no answer.
func (w *world) silentJob() Incoming {
	u := w.unsigned()
	u.Subject, u.Reply = w.subjects.Job("acme", messages.OpStore), ""
	u.Expires = w.now.Add(2 * time.Hour).UnixMilli()
	return w.jobSigned(w.signer, u)
}

// doubleSigned is a good ask with a signature of each secret.
func (w *world) doubleSigned(tb testing.TB, first, second Secret) Incoming {
	in := w.askSigned(w.signerOf(tb, "web", first), w.unsigned())
	other := w.askSigned(w.signerOf(tb, "web", second), w.unsigned())
	in.Header = with(in.Header, HeaderSignature, in.Header[HeaderSignature][0]+","+other.Header[HeaderSignature][0])
	return in
}
