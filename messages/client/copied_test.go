package client_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
)

// Somebody sends a copy of each request, and the copy is taken first: the
// refusal of the original, signed as it is, is not its answer.
func TestARefusalOfTheCopyIsNotTheAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake(func(r taken) {
		r.fails(messages.CodeReplayed)
		r.answer(200, messages.AssembleReply{Text: "true"})
	})
	got, err := w.client().Assemble(t.Context(), messages.AssembleRequest{Session: "s", MaxTokens: 9})
	if err != nil || got.Text != "true" {
		t.Fatalf("got %q, %v; want the answer", got.Text, err)
	}
}

// If the answer to the copy is lost, the request is tried again under another id.
func TestACopyWhoseAnswerIsLostIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) {
		if r.n == 1 {
			r.fails(messages.CodeReplayed)
			return
		}
		r.answer(200, messages.AssembleReply{Text: "true"})
	})
	hasty := func(o *client.Options) { o.AttemptTimeout = 300 * time.Millisecond }
	got, err := w.client(hasty).Assemble(t.Context(), messages.AssembleRequest{Session: "s", MaxTokens: 9})
	if seen := f.requests(); err != nil || got.Text != "true" || len(seen) != 2 || seen[0].id == seen[1].id {
		t.Fatalf("got %q, %v after %d requests", got.Text, err, len(seen))
	}
}

func TestACopyIsNamedWhereNoAnswerComes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake(func(r taken) { r.fails(messages.CodeReplayed) })
	once := func(o *client.Options) { o.Retries, o.Timeout = -1, time.Second }
	_, err := w.client(once).Assemble(t.Context(), messages.AssembleRequest{Session: "s", MaxTokens: 9})
	if !errors.Is(err, client.ErrNoReply) || !strings.Contains(err.Error(), "replaying") {
		t.Fatalf("got %v; want ErrNoReply, and why", err)
	}
}

// A spoiled copy is refused to the inbox of the original, and sooner than that
// is answered. Nobody vouches for the refusal, and the answer counts.
func TestARefusalOfASpoiledCopyIsNotTheAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refused := make(chan struct{})
	w.attack(func(nc *nats.Conn, m *nats.Msg) {
		_ = nc.PublishMsg(&nats.Msg{Subject: m.Reply, Data: []byte(`{"code":"unauthorized"}`), Header: nats.Header{envelope.HeaderErrorCode: {"401"}}})
		flush(t, nc)
		close(refused)
	})
	w.fake(func(r taken) {
		<-refused
		r.answer(200, messages.AssembleReply{Text: "true"})
	})
	got, err := w.client().Assemble(t.Context(), messages.AssembleRequest{Session: "s", MaxTokens: 9})
	if err != nil || got.Text != "true" {
		t.Fatalf("got %q, %v; want the answer", got.Text, err)
	}
}

// Somebody's copy came to another worker, which had no rate left for it, while the
// first took the update up: what it says is signed, and does not prove that nothing was done.
func TestARateThatIsUsedUpMayBeTheAnswerToACopy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	done := messages.UpdateReply{Item: messages.Item{ID: "i", Revision: 7}, Revision: messages.Revision{Session: 7}}
	f := w.fake(func(r taken) {
		switch {
		case r.n == 1:
			r.fails(messages.CodeRateLimited)
		case len(body[messages.UpdateRequest](t, r).Tried) > 0:
			r.answer(200, done)
		default:
			r.fails(messages.CodeConflict)
		}
	})
	text := "new"
	got, err := w.client().Update(t.Context(), messages.UpdateRequest{Session: "s", ID: "i", Revision: 3, Text: &text})
	if err != nil || got.Revision != done.Revision {
		t.Fatalf("got %+v, %v; want %+v", got, err, done)
	}
	seen := f.requests()
	if last := body[messages.UpdateRequest](t, seen[len(seen)-1]); !slices.Contains(last.Tried, seen[0].id) {
		t.Errorf("the last request names %q; want the first try among them", last.Tried)
	}
}
