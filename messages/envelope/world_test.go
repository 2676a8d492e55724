package envelope

import (
	"bytes"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// A world is one deployment with a few keys, a caller, and a clock that stands still.
type world struct {
	now      time.Time
	subjects messages.Subjects
	ring     *Ring
	verifier *Verifier
	signer   *Signer // key web, its first secret
}

const (
	testAudience = "production"
	testInbox    = "_INBOX.Zk3.1"
	testBody     = `{"session":"s-1","items":[{"text":"hello"}]}`
)

// secretOf makes a secret that tests can tell apart by one byte.
func secretOf(b byte) Secret { return NewSecret(bytes.Repeat([]byte{b}, 32)) }

// testKeys is a key with two secrets, another tenant's, a reader, a retired one, and one with a narrow inbox.
func testKeys() []Key {
	return []Key{
		{ID: "web", Secrets: []Secret{secretOf(1), secretOf(2)}, Tenants: []string{"acme"}, Grants: []messages.Grant{messages.GrantRead, messages.GrantWrite}, Rate: 50},
		{ID: "other", Secrets: []Secret{secretOf(3)}, Tenants: []string{"globex"}, Grants: []messages.Grant{messages.GrantRead, messages.GrantWrite}},
		{ID: "reader", Secrets: []Secret{secretOf(4)}, Tenants: []string{messages.AnyTenant}, Grants: []messages.Grant{messages.GrantRead}, InboxPrefix: "_INBOX_reader"},
		{ID: "old", Secrets: []Secret{secretOf(5)}, Tenants: []string{"acme"}, Grants: []messages.Grant{messages.GrantRead, messages.GrantWrite}, Retired: true},
		{ID: "inner", Secrets: []Secret{secretOf(6)}, Tenants: []string{"acme"}, Grants: []messages.Grant{messages.GrantWrite}, InboxPrefix: "_INBOX.inner"},
	}
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	subjects, err := messages.NewSubjects("")
	fatalIf(tb, err)
	ring, err := NewRing(testKeys())
	fatalIf(tb, err)
	w := &world{now: time.UnixMilli(1_790_000_000_000), subjects: subjects, ring: ring}
	w.verifier = NewVerifier(testAudience, subjects, ring, Limits{})
	w.signer = w.signerOf(tb, "web", secretOf(1))
	return w
}

func (w *world) signerOf(tb testing.TB, key string, secret Secret) *Signer {
	tb.Helper()
	signer, err := NewSigner(key, secret, testAudience)
	fatalIf(tb, err)
	return signer
}

// unsigned is a good request on the ask lane.
func (w *world) unsigned() Unsigned {
	return Unsigned{
		Subject: w.subjects.Ask("acme", messages.OpStore), Reply: testInbox, ID: "AAECAwQFBgcICQoLDA0ODw",
		Time: w.now.UnixMilli(), Expires: w.now.Add(2 * time.Second).UnixMilli(), Body: []byte(testBody),
	}
}

// ask is a good message on the ask lane.
func (w *world) ask() Incoming { return w.askSigned(w.signer, w.unsigned()) }

func (w *world) askSigned(s *Signer, u Unsigned) Incoming {
	return Incoming{Lane: messages.LaneAsk, Subject: u.Subject, Reply: u.Reply, Header: s.Headers(u), Body: u.Body, Now: w.now}
}

// job is a good message on the job lane, which waited an hour in the stream.
func (w *world) job() Incoming {
	u := w.unsigned()
	u.Subject = w.subjects.Job("acme", messages.OpStore)
	u.Expires = w.now.Add(12 * time.Hour).UnixMilli()
	return w.jobSigned(w.signer, u)
}

func (w *world) jobSigned(s *Signer, u Unsigned) Incoming {
	return Incoming{
		Lane: messages.LaneJob, Subject: u.Subject, Header: s.Headers(u), Body: u.Body,
		Now: w.now.Add(time.Hour), StreamTime: w.now.Add(time.Second),
	}
}

func (w *world) mustVerify(tb testing.TB, in Incoming) Verified {
	tb.Helper()
	v, err := w.verifier.Verify(in)
	fatalIf(tb, err)
	return v
}

func fatalIf(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// wantCode fails the test unless err is an Error with this code.
func wantCode(tb testing.TB, err error, code messages.Code) {
	tb.Helper()
	if !messages.HasCode(err, code) {
		tb.Fatalf("got error %v, want code %s", err, code)
	}
}

// wantReason fails the test unless err has a Refusal with this reason.
func wantReason(tb testing.TB, err error, reason string) {
	tb.Helper()
	var r *Refusal
	if !errors.As(err, &r) || r.Reason != reason {
		tb.Fatalf("got refusal %v of %v, want reason %s", r, err, reason)
	}
}

// with returns a copy of h in which name has these values.
func with(h map[string][]string, name string, values ...string) map[string][]string {
	h = maps.Clone(h)
	h[name] = values
	return h
}

// without returns a copy of h that lacks name.
func without(h map[string][]string, name string) map[string][]string {
	h = maps.Clone(h)
	delete(h, name)
	return h
}
