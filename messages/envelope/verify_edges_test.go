package envelope

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

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
			in.Header["X-Padding"] = []string{strings.Repeat("x", n-onTheWire(in.Header))}
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

// onTheWire is how many bytes headers have there, without their first line.
func onTheWire(h map[string][]string) int {
	var b strings.Builder
	if err := http.Header(h).Write(&b); err != nil {
		panic(err) // a builder takes everything
	}
	return b.Len()
}

// as is a signer that claims another key.
func (s *Signer) as(key string) *Signer {
	other := *s
	other.keyID = key
	return &other
}

// What a key may have is taken at its longest, and not one byte longer.
func TestLengthsOfAKeyAtTheirEdges(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		longest int
		change  func(k *Key, n int)
	}{
		"a secret":        {MaxSecretBytes, func(k *Key, n int) { k.Secrets = []Secret{NewSecret(make([]byte, n))} }},
		"an inbox prefix": {maxInboxPrefixBytes, func(k *Key, n int) { k.InboxPrefix = strings.Repeat("a", n) }},
	} {
		for n, good := range map[int]bool{c.longest: true, c.longest + 1: false} {
			k := Key{ID: "k", Secrets: []Secret{secretOf(1)}, Tenants: []string{"acme"}, Grants: messages.Grants[:1]}
			c.change(&k, n)
			if _, err := NewRing([]Key{k}); (err == nil) != good {
				t.Errorf("%s of %d bytes: %v", name, n, err)
			}
		}
	}
}

// A reply is as old as it may be, or as new, to the millisecond.
func TestReplysTimeAtItsEdges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for off, good := range map[time.Duration]bool{
		messages.TimeWindow: true, -messages.TimeWindow: true, messages.TimeWindow + time.Millisecond: false, -messages.TimeWindow - time.Millisecond: false,
	} {
		c := w.answer(t, 200)
		c.Now = w.now.Add(off)
		if _, err := w.signer.VerifyReply(c); (err == nil) != good {
			t.Errorf("%s from the clock: %v", off, err)
		}
	}
}

// A secret as long as a block of the hash is taken as it is, and a longer one by its
// hash: only what signs alike is one secret.
func TestSecretsThatSignAlikeAtTheBlock(t *testing.T) {
	t.Parallel()
	block, longer := bytes.Repeat([]byte{7}, sha256.BlockSize), bytes.Repeat([]byte{7}, sha256.BlockSize+1)
	ofBlock, ofLonger := sha256.Sum256(block), sha256.Sum256(longer)
	for name, c := range map[string]struct {
		a, b  []byte
		alike bool
	}{
		"the hash of a block": {block, ofBlock[:], false}, "the hash of more": {longer, ofLonger[:], true},
		"zeros up to a block": {block[:20], append(bytes.Clone(block[:20]), make([]byte, 44)...), true},
	} {
		a, b := newMACKey(NewSecret(c.a)), newMACKey(NewSecret(c.b))
		if got := a.same(b); got != c.alike || got != (a.sum([]byte("x")) == b.sum([]byte("x"))) {
			t.Errorf("%s: taken for one %t; want %t", name, got, c.alike)
		}
	}
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
