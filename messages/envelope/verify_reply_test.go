package envelope

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// answer is a good reply to the good ask.
func (w *world) answer(tb testing.TB, status int) ReplyCheck {
	tb.Helper()
	body := []byte(`{"ids":["1"]}`)
	v := w.mustVerify(tb, w.ask())
	return ReplyCheck{
		Audience: testAudience, ReplySubject: v.Reply(), RequestID: v.ID(),
		Header: v.SignReply(status, body, w.now), Body: body, Now: w.now.Add(time.Second),
	}
}

func TestVerifyReplyAccepts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	statuses := []int{200}
	for _, code := range messages.Codes() {
		statuses = append(statuses, code.Status())
	}
	for _, want := range statuses {
		status, err := w.signer.VerifyReply(w.answer(t, want))
		fatalIf(t, err)
		if status != want {
			t.Errorf("status %d, want %d", status, want)
		}
	}
	ownAudience := w.answer(t, 200)
	ownAudience.Audience = ""
	if _, err := w.signer.VerifyReply(ownAudience); err != nil {
		t.Errorf("the signer's own audience is not used: %v", err)
	}
	asService := w.answer(t, 404)
	asService.Header[HeaderErrorCode] = []string{"404"}
	asService.Header[HeaderError] = []string{"no such item"}
	if _, err := w.signer.VerifyReply(asService); err != nil {
		t.Errorf("the headers of a service's error are refused: %v", err)
	}
}

// TestReplyIsSignedWithTheSecretThatVerified lets callers of both secrets of a rotation check their replies.
func TestReplyIsSignedWithTheSecretThatVerified(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, b := range []byte{1, 2} {
		signer, other := w.signerOf(t, "web", secretOf(b)), w.signerOf(t, "web", secretOf(3-b))
		v := w.mustVerify(t, w.askSigned(signer, w.unsigned()))
		c := ReplyCheck{ReplySubject: v.Reply(), RequestID: v.ID(), Header: v.SignReply(200, nil, w.now), Now: w.now}
		if _, err := signer.VerifyReply(c); err != nil {
			t.Errorf("secret %d: %v", b, err)
		}
		if _, err := other.VerifyReply(c); err == nil {
			t.Errorf("secret %d: the other secret verified", b)
		}
	}
}

func TestAnEmptyVerifiedSignsNothing(t *testing.T) {
	t.Parallel()
	if h := (Verified{}).SignReply(200, nil, time.UnixMilli(0)); h != nil {
		t.Errorf("got %v", h)
	}
}

func TestAttackOnAReply(t *testing.T) {
	t.Parallel()
	set := func(name string, values ...string) func(*ReplyCheck) {
		return func(c *ReplyCheck) { c.Header[name] = values }
	}
	tests := map[string]struct {
		change func(*ReplyCheck)
		code   messages.Code
	}{
		"no headers":                     {func(c *ReplyCheck) { c.Header = nil }, messages.CodeBadEnvelope},
		"no signature":                   {func(c *ReplyCheck) { delete(c.Header, HeaderSignature) }, messages.CodeBadEnvelope},
		"a signature in another form":    {set(HeaderSignature, "v1="), messages.CodeBadEnvelope},
		"a wrong signature":              {set(HeaderSignature, "v1=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), messages.CodeUnauthorized},
		"another body":                   {func(c *ReplyCheck) { c.Body = []byte(`{"ids":["2"]}`) }, messages.CodeUnauthorized},
		"another request":                {func(c *ReplyCheck) { c.RequestID = "AAECAwQFBgcICQoLDA0OEA" }, messages.CodeUnauthorized},
		"another inbox":                  {func(c *ReplyCheck) { c.ReplySubject = "_INBOX.Zk3.2" }, messages.CodeUnauthorized},
		"another deployment":             {func(c *ReplyCheck) { c.Audience = "staging" }, messages.CodeUnauthorized},
		"another status":                 {set(HeaderStatus, "404"), messages.CodeUnauthorized},
		"another time":                   {set(HeaderTime, "1790000000001"), messages.CodeUnauthorized},
		"a status that is no number":     {set(HeaderStatus, "ok"), messages.CodeBadEnvelope},
		"a status of four digits":        {set(HeaderStatus, "2000"), messages.CodeBadEnvelope},
		"a status of 600":                {set(HeaderStatus, "600"), messages.CodeBadEnvelope},
		"no status":                      {func(c *ReplyCheck) { delete(c.Header, HeaderStatus) }, messages.CodeBadEnvelope},
		"an error's code put on success": {set(HeaderErrorCode, "500"), messages.CodeBadEnvelope},
		"an error's code twice":          {set(HeaderErrorCode, "200", "200"), messages.CodeBadEnvelope},
		"another version":                {set(HeaderVersion, "2"), messages.CodeBadEnvelope},
		"a time that is no number":       {set(HeaderTime, "now"), messages.CodeBadEnvelope},
		"an id that is none":             {set(HeaderID, "x"), messages.CodeBadEnvelope},
		"an unknown header of ours":      {set("Ctx-Key", "web"), messages.CodeBadEnvelope},
		"a case twin":                    {set("ctx-status", "200"), messages.CodeBadEnvelope},
		"a header twice":                 {set(HeaderStatus, "200", "200"), messages.CodeBadEnvelope},
		"an old reply":                   {func(c *ReplyCheck) { c.Now = c.Now.Add(301 * time.Second) }, messages.CodeOutsideWindow},
		"a reply from the future":        {func(c *ReplyCheck) { c.Now = c.Now.Add(-302 * time.Second) }, messages.CodeOutsideWindow},
	}
	w := newWorld(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := w.answer(t, 200)
			test.change(&c)
			status, err := w.signer.VerifyReply(c)
			wantCode(t, err, test.code)
			if status != 0 {
				t.Errorf("a refused reply has status %d", status)
			}
		})
	}
}

// TestAReplyProvesNoRequest sends the parts of a reply back as a request.
func TestAReplyProvesNoRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.ask()
	in.Header = with(in.Header, HeaderSignature, w.answer(t, 200).Header[HeaderSignature]...)
	_, err := w.verifier.Verify(in)
	wantCode(t, err, messages.CodeUnauthorized)
	c := w.answer(t, 200)
	c.Header[HeaderSignature] = w.ask().Header[HeaderSignature]
	_, err = w.signer.VerifyReply(c)
	wantCode(t, err, messages.CodeUnauthorized)
}

func TestNewSignerRefuses(t *testing.T) {
	t.Parallel()
	for name, newSigner := range map[string]func() (*Signer, error){
		"no key id":              func() (*Signer, error) { return NewSigner("", secretOf(1), "") },
		"a key id of two lines":  func() (*Signer, error) { return NewSigner("a\nb", secretOf(1), "") },
		"no secret":              func() (*Signer, error) { return NewSigner("web", Secret{}, "") },
		"a short secret":         func() (*Signer, error) { return NewSigner("web", NewSecret([]byte("short")), "") },
		"an audience of 2 lines": func() (*Signer, error) { return NewSigner("web", secretOf(1), "a\nb") },
	} {
		if _, err := newSigner(); err == nil {
			t.Errorf("%s: a signer was made", name)
		}
	}
	signer, err := NewSigner("web", secretOf(1), "")
	fatalIf(t, err)
	if signer.KeyID() != "web" || signer.audience != DefaultAudience {
		t.Errorf("got %s for %s", signer.KeyID(), signer.audience)
	}
}
