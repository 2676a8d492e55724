package envelope

import (
	"crypto/sha256"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// FuzzParseEnvelope reads header blocks of the form "Name: value" a line. What
// is accepted must have one spelling: written again from the envelope it is
// the same, header for header.
func FuzzParseEnvelope(f *testing.F) {
	w := newWorld(f)
	for _, h := range []map[string][]string{
		w.ask().Header, w.silentJob().Header, w.doubleSigned(f, secretOf(1), secretOf(2)).Header,
		with(w.ask().Header, HeaderMsgID, w.unsigned().ID), with(w.ask().Header, "ctx-key", "web"), with(w.ask().Header, HeaderTime, "-1"),
		with(w.ask().Header, HeaderReply, "$JS.API"), with(w.ask().Header, HeaderSignature, "v1=,v1="),
	} {
		f.Add(headerText(h))
	}
	f.Fuzz(func(t *testing.T, text string) {
		h := headersFromText(text)
		e, err := parseHeaders(h)
		if err != nil {
			wantCode(t, err, messages.CodeBadEnvelope)
			return
		}
		again := headersOf(HeaderVersion, Version, HeaderKey, e.key, HeaderID, e.id, HeaderTime, strconv.FormatInt(e.time, 10),
			HeaderExpires, strconv.FormatInt(e.expires, 10), HeaderReply, replyOrDash(e.reply),
			HeaderSignature, signaturePrefix+strings.Join(e.signatures, ","+signaturePrefix))
		for name, values := range h {
			if isOurs(name) && !slices.Equal(values, again[name]) {
				t.Fatalf("%s was %q and is read as %q", name, values, again[name])
			}
		}
	})
}

// FuzzCanonical shows that two different envelopes never have one canonical
// string: whatever is accepted, the string can be taken apart again into
// exactly its fields.
func FuzzCanonical(f *testing.F) {
	f.Add("web", "production", "ctx.v1.ask.acme.store", testInbox, "AAECAwQFBgcICQoLDA0ODw", int64(1), int64(2), []byte(testBody))
	f.Add("a\nb", "c", "d", "e", "f", int64(0), int64(-1), []byte{})
	f.Add("a", "b\nc", "ctx.v1.ask.acme.store", "-", "AAECAwQFBgcICQoLDA0ODw", int64(1), int64(2), []byte("x"))
	f.Add("a", "b", "ctx.v1.ask.acme.store\n-", "", "AAECAwQFBgcICQoLDA0ODw", int64(1), int64(2), []byte("x"))
	f.Fuzz(func(t *testing.T, key, audience, subject, reply, id string, at, expires int64, body []byte) {
		signer, err := NewSigner(key, secretOf(1), audience)
		if err != nil {
			return
		}
		h := signer.Headers(Unsigned{Subject: subject, Reply: reply, ID: id, Time: at, Expires: expires, Body: body})
		e, err := parseHeaders(h)
		if err != nil || (&Verifier{}).checkAddresses(Incoming{Subject: subject, Lane: messages.LaneJob}, e) != nil {
			return
		}
		sum := sha256.Sum256(body)
		text := requestText{key, signer.audience, subject, e.reply, e.id, e.time, e.expires, sum}
		lines := strings.Split(string(text.append(nil)), "\n")
		want := []string{requestScheme, key, orDefault(audience), subject, replyOrDash(reply), id, h[HeaderTime][0], h[HeaderExpires][0]}
		if len(lines) != 9 || !slices.Equal(lines[:8], want) || lines[8] != strings.ToLower(lines[8]) || len(lines[8]) != 64 {
			t.Fatalf("%q does not come apart into %q", lines, want)
		}
	})
}

// FuzzMutation changes one part of a good message and expects it to be refused.
func FuzzMutation(f *testing.F) {
	for part := range byte(12) {
		f.Add(part, uint16(3), uint16(1), []byte("x"))
		f.Add(part, uint16(0), uint16(400), []byte(""))
	}
	f.Add(byte(8), uint16(0), uint16(400), []byte("Ctx-key"))
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, part byte, at, drop uint16, put []byte) {
		good, in := w.ask(), w.ask()
		mutate(&in, part, func(s string) string { return splice(s, at, drop, put) })
		if reflect.DeepEqual(in, good) || sameMessage(in, good) {
			return
		}
		if _, err := w.verifier.Verify(in); err == nil {
			t.Fatalf("this was let in: %q %q %q %q", in.Subject, in.Reply, in.Header, in.Body)
		}
	})
}

// mutate changes one part of a message: subject, reply, body, the reply in both places, or the name or value of a header.
func mutate(in *Incoming, part byte, change func(string) string) {
	names := slices.Sorted(maps.Keys(in.Header))
	switch part {
	case 0:
		in.Subject = change(in.Subject)
	case 1:
		in.Reply = change(in.Reply)
	case 2:
		in.Body = []byte(change(string(in.Body)))
	case 3:
		in.Reply = change(in.Reply)
		in.Header[HeaderReply] = []string{in.Reply}
	default:
		name := names[int(part)%len(names)]
		if int(part)/len(names)%2 == 0 {
			in.Header[name] = []string{change(in.Header[name][0])}
			return
		}
		values := in.Header[name]
		delete(in.Header, name)
		in.Header[change(name)] = values
	}
}

// splice replaces drop bytes of s at a place with others.
func splice(s string, at, drop uint16, put []byte) string {
	start := min(int(at), len(s))
	end := min(start+int(drop), len(s))
	return s[:start] + string(put) + s[end:]
}

// sameMessage tells whether only what is not signed differs: the good
// signature with another beside it, as a rotation sends it.
func sameMessage(a, b Incoming) bool {
	good := b.Header[HeaderSignature][0]
	h := maps.Clone(a.Header)
	if len(h[HeaderSignature]) == 1 && slices.Contains(strings.Split(h[HeaderSignature][0], ","), good) {
		h[HeaderSignature] = []string{good}
	}
	a.Header = h
	return reflect.DeepEqual(a, b)
}

// FuzzVerifyReply changes one part of a good reply and expects it to be refused.
func FuzzVerifyReply(f *testing.F) {
	w := newWorld(f)
	for part := range byte(10) {
		f.Add(part, uint16(2), uint16(1), []byte("7"))
	}
	f.Fuzz(func(t *testing.T, part byte, at, drop uint16, put []byte) {
		good, c := w.answer(t, 200), w.answer(t, 200)
		// The parts of a reply, in the shape of a message, so that mutate serves both.
		as := func(c ReplyCheck) Incoming {
			return Incoming{Subject: c.RequestID, Reply: c.ReplySubject, Header: c.Header, Body: c.Body}
		}
		if part == 3 { // a reply's headers do not name its subject
			part = 1
		}
		in := as(c)
		mutate(&in, part, func(s string) string { return splice(s, at, drop, put) })
		c.RequestID, c.ReplySubject, c.Body = in.Subject, in.Reply, in.Body
		if sameMessage(in, as(good)) {
			return
		}
		if _, err := w.signer.VerifyReply(c); err == nil {
			t.Fatalf("this was believed: %q %q %q %q", c.RequestID, c.ReplySubject, c.Header, c.Body)
		}
	})
}

// headerText writes headers a line each, in the order of their names.
func headerText(h map[string][]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	return b.String()
}

func headersFromText(text string) map[string][]string {
	h := map[string][]string{}
	for line := range strings.SplitSeq(text, "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			h[name] = append(h[name], value)
		}
	}
	return h
}
