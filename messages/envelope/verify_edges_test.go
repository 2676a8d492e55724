package envelope

import (
	"errors"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// What is exactly as long as it may be is taken, and one byte more is not.
func TestLengthsAtTheirEdges(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		longest int
		ask     func(t *testing.T, w *world, n int) Incoming
	}{
		"headers": {messages.MaxHeaderBytes, func(_ *testing.T, w *world, n int) Incoming {
			in := w.ask()
			in.Header = with(in.Header, "X-Padding", "")
			in.Header["X-Padding"] = []string{strings.Repeat("x", n-headerBytes(in.Header))}
			return in
		}},
		"a key's id": {maxKeyIDBytes, func(t *testing.T, w *world, n int) Incoming {
			return w.askSigned(w.signerOf(t, "web", secretOf(1)).as(strings.Repeat("k", n)), w.unsigned())
		}},
		"a subject": {maxSubjectBytes, func(_ *testing.T, w *world, n int) Incoming {
			u := w.unsigned()
			u.Subject += strings.Repeat("x", n-len(u.Subject))
			return w.askSigned(w.signer, u)
		}},
	} {
		w := newWorld(t)
		if _, err := w.verifier.Verify(c.ask(t, w, c.longest)); messages.HasCode(err, messages.CodeTooLarge) || messages.HasCode(err, messages.CodeBadEnvelope) {
			t.Errorf("%s of %d bytes: %v", name, c.longest, err)
		}
		if _, err := w.verifier.Verify(c.ask(t, w, c.longest+1)); !messages.HasCode(err, messages.CodeTooLarge) && !messages.HasCode(err, messages.CodeBadEnvelope) {
			t.Errorf("%s of %d bytes: %v", name, c.longest+1, err)
		}
	}
}

// as is a signer that claims another key.
func (s *Signer) as(key string) *Signer {
	other := *s
	other.keyID = key
	return &other
}

// What is refused after its signature was proved is proved in the audit: that tells
// a key that leaked, or that is given too little, from what anybody can send.
func TestARefusalByAKeysConfigurationIsProved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, u := range map[string]func(*Unsigned){
		"another tenant": func(u *Unsigned) { u.Subject = w.subjects.Ask("globex", messages.OpStore) },
		"another grant":  func(u *Unsigned) { u.Subject = w.subjects.Ask("acme", messages.OpErase) },
		"another inbox":  func(u *Unsigned) { u.Reply = "_OTHER.1" },
		"no operation":   func(u *Unsigned) { u.Subject = w.subjects.Ask("acme", "conquer") },
	} {
		request := w.unsigned()
		u(&request)
		_, err := w.verifier.Verify(w.askSigned(w.signer, request))
		var r *Refusal
		if !errors.As(err, &r) || !r.Proved || r.KeyID != "web" || r.ID != request.ID {
			t.Errorf("%s: %v, %+v; want it proved to be key web's", name, err, r)
		}
	}
}

// Every byte that RFC 9110 has in a name is taken, and no other.
func TestNamesOfHeadersByTheByte(t *testing.T) {
	t.Parallel()
	const legal = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for c := range 256 {
		if got, want := isHeaderName(string([]byte{'X', byte(c)})), strings.IndexByte(legal, byte(c)) >= 0; got != want {
			t.Errorf("byte %#x in a name: legal %t; want %t", c, got, want)
		}
	}
}
