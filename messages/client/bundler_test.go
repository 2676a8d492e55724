package client_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// A worker that does not answer holds up nobody who comes later.
func TestNoCallWaitsForTheAnswersOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var held sync.WaitGroup
	f := w.fake(func(r taken) {
		if q := body[messages.AssembleRequest](t, r).Query; q != "held" {
			r.answer(200, messages.AssembleReply{Text: q})
		}
	})
	c := w.client(func(o *client.Options) { o.AttemptTimeout = time.Hour })
	ctx, release := context.WithCancel(t.Context())
	for range 8 {
		held.Go(func() {
			_, err := c.Assemble(ctx, messages.AssembleRequest{Session: "s", Query: "held", MaxTokens: 9})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("a call that was given up: %v", err)
			}
		})
	}
	await.That(t, "requests", func() bool { return len(f.requests()) == 8 })
	for i := range 20 {
		if err := assembling(c, fmt.Sprint("later ", i)); err != nil {
			t.Error(err)
		}
	}
	release()
	held.Wait()
}

func TestCloseEndsCallsThatShareAMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(taken) {})
	c := w.client(func(o *client.Options) { o.AttemptTimeout = time.Hour })
	var calls sync.WaitGroup
	for range 32 {
		calls.Go(func() {
			if _, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: "s", MaxTokens: 9}); !errors.Is(err, client.ErrClosed) {
				t.Errorf("got %v, want ErrClosed", err)
			}
		})
	}
	await.That(t, "requests", func() bool { return len(f.requests()) == 32 })
	c.Close()
	calls.Wait()
}
