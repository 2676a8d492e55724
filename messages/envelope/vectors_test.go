package envelope

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// The published vectors are for authors of other clients: see
// testdata/README.md. Run this test with -update to write them anew, which is
// right only if the protocol has a new version.
var update = flag.Bool("update", false, "write testdata/vectors.json anew")

const vectorFile = "testdata/vectors.json"

type vectors struct {
	Requests []requestVector `json:"requests"`
	Replies  []replyVector   `json:"replies"`
	Escapes  []escapeVector  `json:"escapes"`
	Refused  []refusedVector `json:"refused"`
}

type requestVector struct {
	Name      string `json:"name"`
	KeyID     string `json:"key_id"`
	Secret    string `json:"secret"` // base64url
	Audience  string `json:"audience"`
	Subject   string `json:"subject"`
	Reply     string `json:"reply"`
	ID        string `json:"id"`
	Time      int64  `json:"time"`
	Expires   int64  `json:"expires"`
	Body      string `json:"body"`
	Canonical string `json:"canonical"`
	Signature string `json:"signature"`
}

type replyVector struct {
	Name      string `json:"name"`
	KeyID     string `json:"key_id"`
	Secret    string `json:"secret"`
	Audience  string `json:"audience"`
	Subject   string `json:"subject"` // where the reply goes
	RequestID string `json:"request_id"`
	Time      int64  `json:"time"`
	Status    int    `json:"status"`
	Body      string `json:"body"`
	Canonical string `json:"canonical"`
	Signature string `json:"signature"`
}

type escapeVector struct {
	ID    string `json:"id"`
	Token string `json:"token"`
}

// A refusedVector has headers that no reader may accept, whatever the signature.
type refusedVector struct {
	Name    string              `json:"name"`
	Headers map[string][]string `json:"headers"`
}

func TestVectors(t *testing.T) {
	t.Parallel()
	made := makeVectors(t)
	if *update {
		fatalIf(t, os.WriteFile(vectorFile, encodeVectors(t, made), 0o644)) //nolint:gosec // it is published
	}
	file, err := os.ReadFile(vectorFile)
	fatalIf(t, err)
	if !bytes.Equal(file, encodeVectors(t, made)) {
		t.Errorf("%s is not what this code makes: has the protocol changed?", vectorFile)
	}
	var published vectors
	fatalIf(t, json.Unmarshal(file, &published))
	checkRequestVectors(t, published.Requests)
	checkReplyVectors(t, published.Replies)
	for _, v := range published.Escapes {
		if id, err := messages.Unescape(v.Token); err != nil || id != v.ID {
			t.Errorf("token %s is %q, %v, want %q", v.Token, id, err, v.ID)
		}
	}
	for _, v := range published.Refused {
		if _, err := parseHeaders(v.Headers); !messages.HasCode(err, messages.CodeBadEnvelope) {
			t.Errorf("%s: got %v", v.Name, err)
		}
	}
}

// checkRequestVectors verifies each request with the code that workers run.
func checkRequestVectors(t *testing.T, requests []requestVector) {
	t.Helper()
	subjects, err := messages.NewSubjects("")
	fatalIf(t, err)
	for _, v := range requests {
		secret, err := ParseSecret(v.Secret)
		fatalIf(t, err)
		ring, err := NewRing([]Key{{ID: v.KeyID, Secrets: []Secret{secret}, Tenants: []string{messages.AnyTenant}, Grants: messages.Grants[:]}})
		fatalIf(t, err)
		in := Incoming{
			Lane: messages.LaneAsk, Subject: v.Subject, Reply: v.Reply, Body: []byte(v.Body),
			Now: time.UnixMilli(v.Time), StreamTime: time.UnixMilli(v.Time),
			Header: headersOf(HeaderVersion, Version, HeaderKey, v.KeyID, HeaderID, v.ID, HeaderTime, strconv.FormatInt(v.Time, 10),
				HeaderExpires, strconv.FormatInt(v.Expires, 10), HeaderReply, v.Reply, HeaderSignature, v.Signature),
		}
		if strings.Contains(v.Subject, ".job.") {
			in.Lane = messages.LaneJob
		}
		if _, err := NewVerifier(v.Audience, subjects, ring, Limits{}).Verify(in); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
}

func checkReplyVectors(t *testing.T, replies []replyVector) {
	t.Helper()
	for _, v := range replies {
		secret, err := ParseSecret(v.Secret)
		fatalIf(t, err)
		signer, err := NewSigner(v.KeyID, secret, v.Audience)
		fatalIf(t, err)
		status, err := signer.VerifyReply(ReplyCheck{
			ReplySubject: v.Subject, RequestID: v.RequestID, Body: []byte(v.Body), Now: time.UnixMilli(v.Time),
			Header: headersOf(HeaderVersion, Version, HeaderID, v.RequestID, HeaderTime, strconv.FormatInt(v.Time, 10),
				HeaderStatus, strconv.Itoa(v.Status), HeaderSignature, v.Signature),
		})
		if err != nil || status != v.Status {
			t.Errorf("%s: status %d, %v", v.Name, status, err)
		}
	}
}

func encodeVectors(t *testing.T, v vectors) []byte {
	t.Helper()
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	fatalIf(t, encoder.Encode(v))
	return out.Bytes()
}

func makeVectors(t *testing.T) vectors {
	t.Helper()
	return vectors{Requests: makeRequests(t), Replies: makeReplies(t), Escapes: makeEscapes(), Refused: makeRefused(t)}
}

func makeRequests(t *testing.T) []requestVector {
	t.Helper()
	base := requestVector{
		KeyID: "web", Secret: secretOf(1).Encode(), Audience: "default", Subject: "ctx.v1.ask.acme.store", Reply: testInbox,
		ID: "AAECAwQFBgcICQoLDA0ODw", Time: 1_790_000_000_000, Expires: 1_790_000_002_000, Body: testBody,
	}
	made := []requestVector{}
	add := func(name string, change func(v *requestVector)) {
		v := base
		v.Name = name
		change(&v)
		made = append(made, v.signed(t))
	}
	add("an ask", func(*requestVector) {})
	add("a job, with an answer to an inbox", func(v *requestVector) {
		v.Subject, v.Expires = "ctx.v1.job.acme.store", v.Time+messages.MaxRequestLife.Milliseconds()
	})
	add("a job without an answer", func(v *requestVector) { v.Subject, v.Reply = "ctx.v1.job.acme.store", NoReply })
	add("no body", func(v *requestVector) { v.Subject, v.Body = "ctx.v1.ask.acme.stats", "" })
	add("the same JSON in other bytes", func(v *requestVector) { v.Body = "{ \"session\": \"s-1\", \"items\": [ {\"text\": \"hello\"} ] }\n" })
	add("a body with more than ASCII", func(v *requestVector) { v.Body = `{"session":"日本","items":[{"text":"naïve 🙂"}]}` })
	add("a tenant that needs escapes", func(v *requestVector) { v.Subject = "ctx.v1.ask.a=2Eb=20=E6=97=A5.assemble" })
	add("another audience", func(v *requestVector) { v.Audience = "Production (EU)" })
	add("another secret, of 16 bytes", func(v *requestVector) { v.Secret = NewSecret([]byte("0123456789abcdef")).Encode() })
	add("a secret longer than a block", func(v *requestVector) { v.Secret = NewSecret(bytes.Repeat([]byte("long"), 25)).Encode() })
	add("the id of zero bytes", func(v *requestVector) { v.ID = "AAAAAAAAAAAAAAAAAAAAAA" })
	return made
}

// signed fills in the canonical string and the signature.
func (v requestVector) signed(t *testing.T) requestVector {
	t.Helper()
	secret, err := ParseSecret(v.Secret)
	fatalIf(t, err)
	text := requestText{
		key: v.KeyID, audience: v.Audience, subject: v.Subject, reply: v.Reply, id: v.ID,
		time: v.Time, expires: v.Expires, body: sha256.Sum256([]byte(v.Body)),
	}
	v.Canonical = string(text.append(nil))
	signer, err := NewSigner(v.KeyID, secret, v.Audience)
	fatalIf(t, err)
	u := Unsigned{Subject: v.Subject, Reply: strings.TrimPrefix(v.Reply, NoReply), ID: v.ID, Time: v.Time, Expires: v.Expires, Body: []byte(v.Body)}
	v.Signature = signer.Headers(u)[HeaderSignature][0]
	return v
}

func makeReplies(t *testing.T) []replyVector {
	t.Helper()
	made := []replyVector{}
	for _, v := range []replyVector{
		{Name: "success", Status: 200, Body: `{"ids":["1"],"tokens":5,"revision":{"session":17}}`},
		{Name: "an error", Status: 409, Body: `{"code":"conflict","message":"the item changed","retryable":false,"revision":18}`},
		{Name: "no body", Status: 200},
	} {
		v.KeyID, v.Secret, v.Audience, v.Subject = "web", secretOf(1).Encode(), "default", testInbox
		v.RequestID, v.Time = "AAECAwQFBgcICQoLDA0ODw", 1_790_000_000_031
		made = append(made, v.signed(t))
	}
	return made
}

func (v replyVector) signed(t *testing.T) replyVector {
	t.Helper()
	secret, err := ParseSecret(v.Secret)
	fatalIf(t, err)
	text := replyText{
		key: v.KeyID, audience: v.Audience, subject: v.Subject, id: v.RequestID,
		time: v.Time, status: v.Status, body: sha256.Sum256([]byte(v.Body)),
	}
	v.Canonical = string(text.append(nil))
	v.Signature = newMACKey(secret).signature([]byte(v.Canonical))
	return v
}

func makeEscapes() []escapeVector {
	made := []escapeVector{}
	for _, id := range []string{"acme", "A-Z_0-9", "a.b", "..", "*", ">", "=", "=2E", "a b", "user@example.com", "naïve", "日本", "🙂"} {
		made = append(made, escapeVector{ID: id, Token: messages.Escape(id)})
	}
	return made
}

func makeRefused(t *testing.T) []refusedVector {
	t.Helper()
	w := newWorld(t)
	changes := map[string]func(h map[string][]string){
		"a header missing":     func(h map[string][]string) { delete(h, HeaderReply) },
		"a header twice":       func(h map[string][]string) { h[HeaderKey] = []string{"web", "web"} },
		"a case twin":          func(h map[string][]string) { h["ctx-key"] = []string{"web"} },
		"an unknown header":    func(h map[string][]string) { h["Ctx-Extra"] = []string{"1"} },
		"another version":      func(h map[string][]string) { h[HeaderVersion] = []string{"2"} },
		"a leading zero":       func(h map[string][]string) { h[HeaderTime] = []string{"01790000000000"} },
		"a padded signature":   func(h map[string][]string) { h[HeaderSignature][0] += "=" },
		"spare bits in the id": func(h map[string][]string) { h[HeaderID] = []string{"AAECAwQFBgcICQoLDA0ODx"} },
		"three signatures": func(h map[string][]string) {
			s := h[HeaderSignature]
			s[0] = strings.Join([]string{s[0], s[0], s[0]}, ",")
		},
		"Nats-Msg-Id unlike the id":      func(h map[string][]string) { h[HeaderMsgID] = []string{"x"} },
		"a reply with a wildcard":        func(h map[string][]string) { h[HeaderReply] = []string{"_INBOX.*"} },
		"a reply to the JetStream API":   func(h map[string][]string) { h[HeaderReply] = []string{"$JS.API.INFO"} },
		"a line feed in the reply":       func(h map[string][]string) { h[HeaderReply] = []string{"_INBOX.a\nb"} },
		"a key id that is no token":      func(h map[string][]string) { h[HeaderKey] = []string{"a b"} },
		"an expiry of sixteen digits":    func(h map[string][]string) { h[HeaderExpires] = []string{"1790000000000000"} },
		"a signature of another version": func(h map[string][]string) { h[HeaderSignature] = []string{"v2=" + goodMAC(w)} },
	}
	made := []refusedVector{}
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		h := w.signer.Headers(w.unsigned())
		changes[name](h)
		made = append(made, refusedVector{Name: name, Headers: h})
	}
	return made
}
