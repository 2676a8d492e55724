package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestAKeyTheWorkerCannotVerify(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) { r.answer(200, messages.StatsReply{}) })
	for name, change := range map[string]func(*client.Options){
		"secret":   func(o *client.Options) { o.Secret = envelope.NewSecret([]byte("another secret, long enough")) },
		"audience": func(o *client.Options) { o.Audience = "another" },
		"key":      func(o *client.Options) { o.KeyID = "nobody" },
	} {
		_, err := w.client(change).Stats(t.Context(), messages.StatsRequest{Session: "s"})
		if !errors.Is(err, client.ErrUnauthenticated) || !messages.HasCode(err, messages.CodeUnauthorized) {
			t.Errorf("wrong %s: %v; want an unsigned unauthorized", name, err)
		}
	}
	if n := len(f.requests()); n != 0 {
		t.Errorf("%d of them were verified", n)
	}
}

func TestAWrongClockIsExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake(func(r taken) { r.answer(200, messages.StatsReply{}) })
	c := w.client(func(o *client.Options) {
		o.Clock = func() time.Time { return time.Now().Add(-time.Hour) }
	})
	_, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"})
	if !messages.HasCode(err, messages.CodeOutsideWindow) || !strings.Contains(err.Error(), "NTP") {
		t.Fatalf("got %v; want outside_window and what to do about the clock", err)
	}
}

// That a change has expired as it came says as much of the clocks if the
// worker's is ahead; if it is not, the change was held up on the way.
func TestTheWorkersClockIsNamedWhereItIsKnown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code  messages.Code
		ahead time.Duration
		named bool
	}{
		{messages.CodeOutsideWindow, 90 * time.Minute, true},
		{messages.CodeExpired, 90 * time.Minute, true},
		{messages.CodeExpired, -90 * time.Minute, false},
		{messages.CodeUnauthorized, 90 * time.Minute, false},
	} {
		w := newWorld(t)
		w.attack(func(nc *nats.Conn, m *nats.Msg) {
			body, _ := json.Marshal(messages.Errorf(test.code, "off"))
			_ = nc.PublishMsg(&nats.Msg{Subject: m.Reply, Data: body, Header: nats.Header{
				envelope.HeaderErrorCode: {"401"}, envelope.HeaderTime: {millis(time.Now().Add(test.ahead))},
			}})
		})
		_, err := w.client().Stats(t.Context(), messages.StatsRequest{Session: "s"})
		if !messages.HasCode(err, test.code) || strings.Contains(err.Error(), "1h30m0s apart") != test.named {
			t.Errorf("%s, the worker's clock ahead by %v: %v; want the distance of the clocks: %t", test.code, test.ahead, err, test.named)
		}
	}
}

// attack subscribes somebody who can read requests and publish to inboxes,
// but holds no secret.
func (w *world) attack(do func(nc *nats.Conn, m *nats.Msg)) {
	w.t.Helper()
	nc := natstest.Connect(w.t, w.server)
	if _, err := nc.Subscribe(subjects(w.t).AskAll(), func(m *nats.Msg) { do(nc, m) }); err != nil {
		w.t.Fatal(err)
	}
	flush(w.t, nc)
}

// forgeries are replies that nobody with the secret has signed for this request.
func forgeries(w *world, m *nats.Msg) map[string]*nats.Msg {
	id, now := m.Header.Get(envelope.HeaderID), millis(time.Now())
	text := []byte(`{"text":"forged"}`)
	signed := func(h nats.Header) nats.Header {
		h[envelope.HeaderVersion] = []string{envelope.Version}
		h[envelope.HeaderTime], h[envelope.HeaderStatus] = []string{now}, []string{"200"}
		return h
	}
	request := m.Header.Get(envelope.HeaderSignature)
	return map[string]*nats.Msg{
		"unsigned":                 {Data: text},
		"unsigned, with a status":  {Data: text, Header: nats.Header{envelope.HeaderStatus: {"200"}, envelope.HeaderID: {id}}},
		"the request's signature":  {Data: text, Header: signed(nats.Header{envelope.HeaderID: {id}, envelope.HeaderSignature: {request}})},
		"malformed signature":      {Data: text, Header: signed(nats.Header{envelope.HeaderID: {id}, envelope.HeaderSignature: {"v1="}})},
		"no responders, with text": {Data: text, Header: nats.Header{"Status": {"503"}}},
		"an old reply":             w.oldReply(),
	}
}

// oldReply is a reply that a worker signed for another request.
func (w *world) oldReply() *nats.Msg {
	ring, _ := envelope.NewRing([]envelope.Key{w.key})
	v := envelope.NewVerifier(envelope.DefaultAudience, subjects(w.t), ring, envelope.Limits{})
	signer, _ := envelope.NewSigner(w.key.ID, w.key.Secrets[0], envelope.DefaultAudience)
	subject, reply, now := subjects(w.t).Ask("acme", messages.OpAssemble), "_INBOX.old.reply", time.Now()
	h := signer.Headers(envelope.Unsigned{
		Subject: subject, Reply: reply, ID: strings.Repeat("A", messages.RequestIDChars),
		Time: now.UnixMilli(), Expires: now.Add(time.Minute).UnixMilli(),
	})
	ok, err := v.Verify(envelope.Incoming{Lane: messages.LaneAsk, Subject: subject, Reply: reply, Header: h, Now: now})
	if err != nil {
		w.t.Error(err)
	}
	text := []byte(`{"text":"of another request"}`)
	return &nats.Msg{Data: text, Header: ok.SignReply(200, text, now)}
}

func TestForgedRepliesAreNeverAccepted(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"unsigned", "unsigned, with a status", "the request's signature",
		"malformed signature", "no responders, with text", "an old reply"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.attack(func(nc *nats.Conn, m *nats.Msg) {
				forged := forgeries(w, m)[name]
				forged.Subject = m.Reply
				_ = nc.PublishMsg(forged)
			})
			c := w.client(func(o *client.Options) { o.Retries, o.Timeout = -1, 500*time.Millisecond })
			got, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: "s", MaxTokens: 9})
			if !errors.Is(err, client.ErrReplyNotVerified) || !errors.Is(err, context.DeadlineExceeded) || got.Text != "" {
				t.Fatalf("got %q, %v; want ErrReplyNotVerified at the deadline", got.Text, err)
			}
			var e *messages.Error
			if errors.As(err, &e) {
				t.Fatalf("%v reads as a worker's answer: %v", err, e)
			}
		})
	}
}

func TestAForgeryDoesNotKeepTheWorkersReplyOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	forged := make(chan struct{})
	w.attack(func(nc *nats.Conn, m *nats.Msg) {
		_ = nc.PublishMsg(&nats.Msg{Subject: m.Reply, Data: []byte(`{"text":"forged"}`)})
		flush(t, nc)
		close(forged)
	})
	w.fake(func(r taken) {
		<-forged
		r.answer(200, messages.AssembleReply{Text: "true"})
	})
	got, err := w.client().Assemble(t.Context(), messages.AssembleRequest{Session: "s", MaxTokens: 9})
	if err != nil || got.Text != "true" {
		t.Fatalf("got %q, %v; want the worker's reply", got.Text, err)
	}
}

func TestAnInboxPrefixWithoutUnsignedErrorsIsExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake(func(taken) {})
	c := w.client(func(o *client.Options) { o.InboxPrefix, o.Retries, o.Timeout = "_INBOX_web", -1, 50*time.Millisecond })
	_, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"})
	if !errors.Is(err, client.ErrNoReply) || !strings.Contains(err.Error(), "audience") {
		t.Fatalf("got %v; want ErrNoReply and what else may be wrong", err)
	}
}

func TestAConnectionThatMayNotPublishIsExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t, noPublish)
	c := w.client(func(o *client.Options) { o.Retries, o.Timeout = -1, 500*time.Millisecond })
	_, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"})
	if !errors.Is(err, client.ErrNoReply) || !errors.Is(err, nats.ErrPermissionViolation) {
		t.Fatalf("got %v; want ErrNoReply because of a permission", err)
	}
}

func TestRepliesComeUnderTheConfiguredPrefix(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.key.InboxPrefix = "_INBOX_web"
	f := w.fake(func(r taken) { r.answer(200, messages.StatsReply{}) })
	onConn := w.clientOn(natstest.Connect(t, w.server, nats.CustomInboxPrefix("_INBOX_web")))
	onOptions := w.client(func(o *client.Options) { o.InboxPrefix = "_INBOX_web" })
	for _, c := range []*client.Client{onConn, onOptions} {
		if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); err != nil {
			t.Error(err)
		}
	}
	for _, r := range f.requests() {
		if !strings.HasPrefix(r.reply, "_INBOX_web.") || !strings.HasSuffix(r.reply, "."+r.id) {
			t.Errorf("the reply subject is %s", r.reply)
		}
	}
}
