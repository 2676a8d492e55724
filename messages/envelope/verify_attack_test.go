package envelope

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// An attack changes a good message into one that must be refused.
type attack struct {
	name    string
	message func(w *world) Incoming
	code    messages.Code
	reason  string
}

func runAttacks(t *testing.T, attacks []attack) {
	t.Helper()
	w := newWorld(t)
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			_, err := w.verifier.Verify(a.message(w))
			wantCode(t, err, a.code)
			wantReason(t, err, a.reason)
		})
	}
}

// header makes an attack of a header's values. None removes the header.
func header(name string, values ...string) func(*world) Incoming {
	return func(w *world) Incoming {
		in := w.ask()
		in.Header = with(in.Header, name, values...)
		if len(values) == 0 {
			in.Header = without(in.Header, name)
		}
		return in
	}
}

// after changes a message after it was signed.
func after(change func(in *Incoming)) func(*world) Incoming {
	return func(w *world) Incoming {
		in := w.ask()
		in.Header = with(in.Header, HeaderVersion, Version) // a copy
		change(&in)
		return in
	}
}

// before changes a request before it is signed: its sender holds a good key.
func before(change func(w *world, u *Unsigned)) func(*world) Incoming {
	return func(w *world) Incoming {
		u := w.unsigned()
		change(w, &u)
		return w.askSigned(w.signer, u)
	}
}

// goodMAC is the signature of the good ask, in base64url.
func goodMAC(w *world) string {
	return strings.TrimPrefix(w.ask().Header[HeaderSignature][0], signaturePrefix)
}

// signature makes an attack of a changed signature.
func signature(change func(mac string) string) func(*world) Incoming {
	return func(w *world) Incoming { return header(HeaderSignature, change(goodMAC(w)))(w) }
}

func TestAttackOnTheSignature(t *testing.T) {
	t.Parallel()
	form := func(name string, message func(*world) Incoming) attack {
		return attack{name, message, messages.CodeBadEnvelope, ReasonSignatureForm}
	}
	runAttacks(t, []attack{
		{"no signature", header(HeaderSignature), messages.CodeBadEnvelope, ReasonHeader},
		{"the header without a value", func(w *world) Incoming {
			in := w.ask()
			in.Header = with(in.Header, HeaderSignature)
			return in
		}, messages.CodeBadEnvelope, ReasonHeader},
		form("empty", header(HeaderSignature, "")),
		form("the scheme alone", header(HeaderSignature, "v1=")),
		form("truncated", signature(func(mac string) string { return "v1=" + mac[:42] })),
		form("longer", signature(func(mac string) string { return "v1=" + mac + "A" })),
		form("no scheme", signature(func(mac string) string { return mac })),
		form("another scheme", signature(func(mac string) string { return "v2=" + mac })),
		form("the scheme in another case", signature(func(mac string) string { return "V1=" + mac })),
		form("bad base64", signature(func(mac string) string { return "v1=!" + mac[1:] })),
		form("standard alphabet", signature(func(mac string) string { return "v1=+/" + mac[2:] })),
		form("padded base64", signature(func(mac string) string { return "v1=" + mac + "=" })),
		form("non-canonical base64, spare bits set", signature(spareBit)),
		form("non-canonical base64, a line break inside", signature(func(mac string) string { return "v1=" + mac[:20] + "\n" + mac[20:42] })),
		form("a space before", signature(func(mac string) string { return " v1=" + mac })),
		form("a space after", signature(func(mac string) string { return "v1=" + mac + " " })),
		form("hexadecimal", header(HeaderSignature, "v1="+strings.Repeat("0f", 32))),
		form("a comma at the end", signature(func(mac string) string { return "v1=" + mac + "," })),
		form("a space after the comma", signature(func(mac string) string { return "v1=" + mac + ", v1=" + mac })),
		form("a good one, then a malformed one", signature(func(mac string) string { return "v1=" + mac + ",v1=x" })),
		form("three signatures, all good", signature(func(mac string) string { return strings.Repeat("v1="+mac+",", 2) + "v1=" + mac })),
		{"a thousand signatures", signature(func(mac string) string { return strings.Repeat("v1="+mac+",", 999) + "v1=" + mac }), messages.CodeTooLarge, ReasonSize},
		{"all zero", header(HeaderSignature, "v1="+strings.Repeat("A", 43)), messages.CodeUnauthorized, ReasonSignature},
		{"one bit flipped", signature(func(mac string) string { return "v1=" + flipBit(mac) }), messages.CodeUnauthorized, ReasonSignature},
		{"two wrong ones", signature(func(mac string) string { return "v1=" + flipBit(mac) + ",v1=" + flipBit(mac) }), messages.CodeUnauthorized, ReasonSignature},
	})
}

// spareBit sets one of the two bits that the last of 43 characters has left over.
func spareBit(mac string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, mac[42])
	return "v1=" + mac[:42] + alphabet[last|1:last|1+1]
}

// flipBit changes the first byte of a MAC by one bit and keeps the encoding canonical.
func flipBit(mac string) string {
	raw, err := base64.RawURLEncoding.DecodeString(mac)
	if err != nil {
		panic(err)
	}
	raw[0] ^= 1
	return base64.RawURLEncoding.EncodeToString(raw)
}

func TestAttackWithAKey(t *testing.T) {
	t.Parallel()
	as := func(key string, secret Secret, change func(w *world, u *Unsigned)) func(*world) Incoming {
		return func(w *world) Incoming {
			signer, err := NewSigner(key, secret, testAudience)
			if err != nil {
				panic(err)
			}
			u := w.unsigned()
			change(w, &u)
			return w.askSigned(signer, u)
		}
	}
	same := func(*world, *Unsigned) {}
	runAttacks(t, []attack{
		{"wrong secret", as("web", secretOf(9), same), messages.CodeUnauthorized, ReasonSignature},
		{"unknown key", as("nobody", secretOf(1), same), messages.CodeUnauthorized, ReasonUnknownKey},
		{"retired key", as("old", secretOf(5), same), messages.CodeUnauthorized, ReasonRetiredKey},
		{"retired key, wrong secret", as("old", secretOf(9), same), messages.CodeUnauthorized, ReasonRetiredKey},
		{"the id of one key, the secret of another", as("web", secretOf(3), same), messages.CodeUnauthorized, ReasonSignature},
		{"another tenant's key", as("other", secretOf(3), same), messages.CodeForbidden, ReasonTenant},
		{"the key's id exchanged after signing", header(HeaderKey, "other"), messages.CodeUnauthorized, ReasonSignature},
		{"a tenant named like a key's with another case", as("web", secretOf(1), func(w *world, u *Unsigned) { u.Subject = w.subjects.Ask("ACME", messages.OpStore) }), messages.CodeForbidden, ReasonTenant},
		{"a tenant that a key's tenant begins with", as("web", secretOf(1), func(w *world, u *Unsigned) { u.Subject = w.subjects.Ask("acm", messages.OpStore) }), messages.CodeForbidden, ReasonTenant},
		{"the tenant * is none, to a key for one", as("web", secretOf(1), func(w *world, u *Unsigned) { u.Subject = w.subjects.Ask("*", messages.OpStore) }), messages.CodeUnknownOperation, ReasonSubject},
		{"the tenant * is none, to a key for all", as("reader", secretOf(4), func(w *world, u *Unsigned) {
			u.Subject, u.Reply = w.subjects.Ask("*", messages.OpList), "_INBOX_reader.1"
		}), messages.CodeUnknownOperation, ReasonSubject},
		{"a reader stores", as("reader", secretOf(4), func(_ *world, u *Unsigned) { u.Reply = "_INBOX_reader.1" }), messages.CodeForbidden, ReasonGrant},
		{"a writer erases", as("web", secretOf(1), func(w *world, u *Unsigned) { u.Subject = w.subjects.Ask("acme", messages.OpErase) }), messages.CodeForbidden, ReasonGrant},
		{"a writer exports", as("web", secretOf(1), func(w *world, u *Unsigned) { u.Subject = w.subjects.Ask("acme", messages.OpExport) }), messages.CodeForbidden, ReasonGrant},
		{"an inbox outside the key's prefix", as("reader", secretOf(4), func(w *world, u *Unsigned) { u.Subject = w.subjects.Ask("acme", messages.OpList) }), messages.CodeForbidden, ReasonInbox},
		{"an inbox that the prefix only begins", as("reader", secretOf(4), func(w *world, u *Unsigned) {
			u.Subject, u.Reply = w.subjects.Ask("acme", messages.OpList), "_INBOX_readers.1"
		}), messages.CodeForbidden, ReasonInbox},
		{"the inbox prefix itself", as("inner", secretOf(6), func(_ *world, u *Unsigned) { u.Reply = "_INBOX.inner" }), messages.CodeForbidden, ReasonInbox},
		{"key id empty", header(HeaderKey, ""), messages.CodeBadEnvelope, ReasonHeader},
		{"key id with a dot", header(HeaderKey, "we.b"), messages.CodeBadEnvelope, ReasonHeader},
		{"key id too long", header(HeaderKey, strings.Repeat("k", 65)), messages.CodeBadEnvelope, ReasonHeader},
	})
}

func TestAttackOnARetiredKeyTellsTheAuditWhoHoldsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for secret, proved := range map[byte]bool{5: true, 9: false} {
		_, err := w.verifier.Verify(w.askSigned(w.signerOf(t, "old", secretOf(secret)), w.unsigned()))
		var r *Refusal
		if !errors.As(err, &r) || r.KeyID != "old" || r.ID != w.unsigned().ID || r.Proved != proved {
			t.Errorf("with secret %d the refusal is %v, want proved %t", secret, r, proved)
		}
	}
}

func TestAttackWithARetiredKeyThatHasNoSecretsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ring, err := NewRing([]Key{{ID: "old", Retired: true, Tenants: []string{"acme"}, Grants: []messages.Grant{messages.GrantWrite}}})
	fatalIf(t, err)
	w.verifier.SetRing(ring)
	_, err = w.verifier.Verify(w.askSigned(w.signerOf(t, "old", secretOf(5)), w.unsigned()))
	wantReason(t, err, ReasonRetiredKey)
}

// TestAttackWithTheStandInSecret signs with what stands in for secrets that a
// key does not have. Whoever knew it would still not be let in.
func TestAttackWithTheStandInSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.unsigned()
	u.Subject = w.subjects.Ask("globex", messages.OpStore)
	for key, reason := range map[string]string{"nobody": ReasonUnknownKey, "other": ReasonSignature} {
		_, err := w.verifier.Verify(w.askSigned(w.signerOf(t, key, w.verifier.dummy.secret), u))
		wantReason(t, err, reason)
		var r *Refusal
		if errors.As(err, &r) && r.Proved {
			t.Errorf("%s: the stand-in secret proves something", key)
		}
	}
}

func TestAttackByOneFlippedBit(t *testing.T) {
	t.Parallel()
	flip := func(s string, i int) string { return s[:i] + string(s[i]^1) + s[i+1:] }
	flipHeader := func(name string) func(*world) Incoming {
		return after(func(in *Incoming) {
			value := in.Header[name][0]
			in.Header[name] = []string{flip(value, len(value)-2)}
		})
	}
	runAttacks(t, []attack{
		{"in the body", after(func(in *Incoming) { in.Body = []byte(flip(testBody, 20)) }), messages.CodeUnauthorized, ReasonSignature},
		{"in the subject", after(func(in *Incoming) { in.Subject = strings.Replace(in.Subject, "acme", "acmd", 1) }), messages.CodeUnauthorized, ReasonSignature},
		{"in the reply", after(func(in *Incoming) {
			in.Reply = flip(in.Reply, 8)
			in.Header[HeaderReply] = []string{in.Reply}
		}), messages.CodeUnauthorized, ReasonSignature},
		{"in the id", flipHeader(HeaderID), messages.CodeUnauthorized, ReasonSignature},
		{"in the time", flipHeader(HeaderTime), messages.CodeUnauthorized, ReasonSignature},
		{"in the expiry", flipHeader(HeaderExpires), messages.CodeUnauthorized, ReasonSignature},
	})
}

func TestAttackOnTheBody(t *testing.T) {
	t.Parallel()
	body := func(b string) func(*world) Incoming { return after(func(in *Incoming) { in.Body = []byte(b) }) }
	runAttacks(t, []attack{
		{"the same JSON, serialised again", body(`{"session": "s-1", "items": [{"text": "hello"}]}`), messages.CodeUnauthorized, ReasonSignature},
		{"a line feed more", body(testBody + "\n"), messages.CodeUnauthorized, ReasonSignature},
		{"another body", body(`{"session":"s-2","items":[{"text":"hello"}]}`), messages.CodeUnauthorized, ReasonSignature},
		{"no body", body(""), messages.CodeUnauthorized, ReasonSignature},
		{"ten megabytes and a byte", after(func(in *Incoming) { in.Body = make([]byte, messages.MaxMessageBytes+1) }), messages.CodeTooLarge, ReasonSize},
	})
}

func TestAttackOnTheReply(t *testing.T) {
	t.Parallel()
	// captured sends a captured message again with another inbox, here and in the header.
	captured := func(inbox string) func(*world) Incoming {
		return after(func(in *Incoming) {
			in.Reply = inbox
			in.Header[HeaderReply] = []string{inbox}
		})
	}
	// own asks, with a good key, that the answer be sent somewhere else than to an inbox.
	own := func(reply string) func(*world) Incoming {
		return before(func(_ *world, u *Unsigned) { u.Reply = reply })
	}
	bad := func(name string, message func(*world) Incoming) attack {
		return attack{name, message, messages.CodeBadEnvelope, ReasonReply}
	}
	attacks := []attack{
		{"the header removed", header(HeaderReply), messages.CodeBadEnvelope, ReasonHeader},
		bad("the message's reply removed", after(func(in *Incoming) { in.Reply = "" })),
		bad("the message's reply changed", after(func(in *Incoming) { in.Reply = "_INBOX.thief.1" })),
		bad("the header changed", header(HeaderReply, "_INBOX.thief.1")),
		bad("no answer wanted, on the ask lane", header(HeaderReply, NoReply)),
		{"a captured message with a new inbox", captured("_INBOX.thief.1"), messages.CodeUnauthorized, ReasonSignature},
		{"another subject outside the prefix", own("orders.new"), messages.CodeForbidden, ReasonInbox},
		{"another default prefix", own("_INBOX_reader.1"), messages.CodeForbidden, ReasonInbox},
	}
	for _, reply := range []string{
		"", "$JS.API.STREAM.PURGE.CTX_JOBS", "$JS.ACK.x", "$KV.ctx_long.acme.u.1", "$SYS.REQ.SERVER.PING",
		"_INBOX.*", "_INBOX.>", ">", "*", "_INBOX.a.*.b", "_INBOX.a>", "_INBOX", "_INBOX.", "._INBOX.a", "_INBOX..a",
		"_INBOX.a b", "_INBOX.a\tb", "_INBOX.a\r\nPUB x 0\r\n", "_INBOX.a\n", "_INBOX.a\x00", "_INBOX.$JS", "_INBOX.é", "_INBOX.a/b",
		"_INBOX." + strings.Repeat("a", 250), "ctx.v1.ask.acme.store", "ctx.v1.job.acme.store", "ctx.v1.audit.w", "ctx.other",
	} {
		attacks = append(attacks, bad(fmt.Sprintf("to %.40q", reply), own(reply)))
	}
	runAttacks(t, attacks)
}

func TestAttackOnTheReplyOfAJob(t *testing.T) {
	t.Parallel()
	job := func(change func(u *Unsigned)) func(*world) Incoming {
		return func(w *world) Incoming {
			u := w.unsigned()
			u.Subject, u.Expires = w.subjects.Job("acme", messages.OpStore), w.now.Add(12*time.Hour).UnixMilli()
			change(&u)
			return w.jobSigned(w.signer, u)
		}
	}
	runAttacks(t, []attack{
		{"to the JetStream API", job(func(u *Unsigned) { u.Reply = "$JS.API.STREAM.DELETE.CTX_JOBS" }), messages.CodeBadEnvelope, ReasonReply},
		{"to a bucket", job(func(u *Unsigned) { u.Reply = "$KV.ctx_short.acme.s.1" }), messages.CodeBadEnvelope, ReasonReply},
		{"to the service", job(func(u *Unsigned) { u.Reply = "ctx.v1.job.acme.clear" }), messages.CodeBadEnvelope, ReasonReply},
		{"to nowhere, spelt in another way", func(w *world) Incoming {
			in := w.silentJob()
			in.Header = with(in.Header, HeaderReply, "")
			return in
		}, messages.CodeBadEnvelope, ReasonReply},
		{"outside the prefix", job(func(u *Unsigned) { u.Reply = "orders.new" }), messages.CodeForbidden, ReasonInbox},
		{"a captured job with a new inbox", func(w *world) Incoming {
			in := w.job()
			in.Header = with(in.Header, HeaderReply, "_INBOX.thief.1")
			return in
		}, messages.CodeUnauthorized, ReasonSignature},
	})
}
