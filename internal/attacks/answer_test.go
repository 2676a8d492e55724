package attacks

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// An answer is what a worker sent to an inbox.
type answer struct {
	proved bool // its signature is right
	body   []byte
	failed *messages.Error // nil for success
}

// ask publishes a message and returns the answer that comes to its reply subject.
func (w *world) ask(m *nats.Msg) answer {
	w.t.Helper()
	inbox := w.listen(m.Reply)
	defer w.unlisten(inbox)
	w.publish(m)
	return w.read(m, w.next(inbox))
}

// submit puts a message into the stream and returns the answer that comes to its inbox.
func (w *world) submit(m *nats.Msg) answer {
	w.t.Helper()
	inbox := w.listen(m.Header.Get(envelope.HeaderReply))
	defer w.unlisten(inbox)
	w.enqueue(m)
	return w.read(m, w.next(inbox))
}

// publish sends a message past JetStream's client, so nothing is added to it.
func (w *world) publish(m *nats.Msg) {
	w.t.Helper()
	if err := w.nc.PublishMsg(m); err != nil {
		w.t.Fatal(err)
	}
}

// enqueue puts a message into the stream of jobs and returns its sequence.
func (w *world) enqueue(m *nats.Msg) uint64 {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	ack, err := w.js.PublishMsg(ctx, captured(m)) // a copy: the client may add to the header
	if err != nil {
		w.t.Fatal(err)
	}
	return ack.Sequence
}

// drained waits until the stream of jobs is empty: every job is settled.
func (w *world) drained() {
	w.t.Helper()
	await.That(w.t, "every job is settled", func() bool {
		stream, err := w.js.Stream(w.t.Context(), "CTX_JOBS")
		return err == nil && stream.CachedInfo().State.Msgs == 0
	})
}

func (w *world) listen(subject string) *nats.Subscription {
	w.t.Helper()
	sub, err := w.nc.SubscribeSync(subject)
	if err != nil {
		w.t.Fatal(err)
	}
	return sub
}

func (w *world) unlisten(sub *nats.Subscription) {
	w.t.Helper()
	if err := sub.Unsubscribe(); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) next(sub *nats.Subscription) *nats.Msg {
	w.t.Helper()
	m, err := sub.NextMsg(patience)
	if err != nil {
		w.t.Fatalf("nothing came to %s: %v", sub.Subject, err)
	}
	return m
}

// wantSilence fails the test if anything has come to a subject. What workers
// have sent by now has arrived when it looks.
func (w *world) wantSilence(sub *nats.Subscription) {
	w.t.Helper()
	w.flush()
	pending, _, err := sub.Pending()
	if err != nil {
		w.t.Fatal(err)
	}
	for range pending {
		m := w.next(sub)
		w.t.Errorf("somebody published to %s: %q %v", m.Subject, m.Data, m.Header)
	}
}

// read judges an answer as the caller would who signed the request.
func (w *world) read(request, m *nats.Msg) answer {
	w.t.Helper()
	a := answer{body: m.Data}
	if m.Header.Get(envelope.HeaderErrorCode) != "" {
		a.failed = &messages.Error{}
		if err := json.Unmarshal(m.Data, a.failed); err != nil {
			w.t.Fatalf("the error %q: %v", m.Data, err)
		}
	}
	if m.Header.Get(envelope.HeaderSignature) == "" {
		return a
	}
	_, err := w.signer(letter{key: request.Header.Get(envelope.HeaderKey)}).VerifyReply(envelope.ReplyCheck{
		ReplySubject: m.Subject, RequestID: request.Header.Get(envelope.HeaderID), Header: m.Header, Body: m.Data, Now: time.Now(),
	})
	a.proved = err == nil
	return a
}

func wantDone(t *testing.T, a answer) {
	t.Helper()
	if a.failed != nil || !a.proved {
		t.Fatalf("failed with %v, proved %t", a.failed, a.proved)
	}
}

// wantRefused checks that a request had an error and no answer.
func wantRefused(t *testing.T, a answer, code messages.Code) {
	t.Helper()
	if a.failed == nil || a.failed.Code != code {
		t.Errorf("got %q, %v; want %s", a.body, a.failed, code)
	}
}
