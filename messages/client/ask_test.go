package client_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestEachMethodAsksForItsOperation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) { r.answer(200, map[string]any{"revision": messages.Revision{Session: 7}}) })
	c := w.client()
	text := "new"
	calls := map[messages.Op]func() (messages.Revision, error){
		messages.OpStore: func() (messages.Revision, error) {
			r, err := c.Store(t.Context(), turn("a"))
			return r.Revision, err
		},
		messages.OpAssemble: func() (messages.Revision, error) {
			r, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: "s", MaxTokens: 9})
			return r.Revision, err
		},
		messages.OpList: func() (messages.Revision, error) {
			r, err := c.List(t.Context(), messages.ListRequest{Session: "s"})
			return r.Revision, err
		},
		messages.OpUpdate: func() (messages.Revision, error) {
			r, err := c.Update(t.Context(), messages.UpdateRequest{Session: "s", ID: "i", Text: &text})
			return r.Revision, err
		},
		messages.OpDelete: func() (messages.Revision, error) {
			r, err := c.Delete(t.Context(), messages.DeleteRequest{Session: "s", IDs: []string{"i"}})
			return r.Revision, err
		},
		messages.OpClear: func() (messages.Revision, error) {
			r, err := c.Clear(t.Context(), messages.ClearRequest{Session: "s"})
			return r.Revision, err
		},
		messages.OpPromote: func() (messages.Revision, error) {
			r, err := c.Promote(t.Context(), messages.PromoteRequest{Session: "s", IDs: []string{"i"}, To: messages.ShortTerm})
			return r.Revision, err
		},
		messages.OpStats: func() (messages.Revision, error) {
			r, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"})
			return r.Revision, err
		},
	}
	for op, call := range calls {
		got, err := call()
		if err != nil || got.Session != 7 {
			t.Errorf("%s: revision %d, %v; want 7", op, got.Session, err)
		}
		seen := f.requests()
		if last := seen[len(seen)-1].op; last != op {
			t.Errorf("%s reached the worker as %s", op, last)
		}
	}
}

func TestManyCallersGetTheirOwnAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var wg sync.WaitGroup
	t.Cleanup(wg.Wait)
	w.fake(func(r taken) {
		wg.Go(func() { // so that answers overtake each other
			r.answer(200, messages.AssembleReply{Text: body[messages.AssembleRequest](t, r).Query})
		})
	})
	c := w.client()
	var callers sync.WaitGroup
	for i := range 64 {
		callers.Go(func() {
			for j := range 20 {
				want := fmt.Sprintf("question %d of caller %d", j, i)
				got, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: "s", Query: want, MaxTokens: 9})
				if err != nil || got.Text != want {
					t.Errorf("got %q, %v; want %q", got.Text, err, want)
					return
				}
			}
		})
	}
	callers.Wait()
}

func TestErrorsOfTheWorkerAreTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) {
		r.answer(409, &messages.Error{Code: messages.CodeConflict, Message: "changed", Revision: 12})
	})
	text := "new"
	_, err := w.client().Update(t.Context(), messages.UpdateRequest{Session: "s", ID: "i", Revision: 3, Text: &text})
	if !errors.Is(err, &messages.Error{Code: messages.CodeConflict}) {
		t.Fatalf("got %v; want a conflict", err)
	}
	var e *messages.Error
	if !errors.As(err, &e) || e.Revision != 12 {
		t.Fatalf("the error has revision %d; want 12", e.Revision)
	}
	if errors.Is(err, client.ErrUnauthenticated) {
		t.Fatal("a signed error counts as unsigned")
	}
	if n := len(f.requests()); n != 1 {
		t.Fatalf("a final error was tried %d times", n)
	}
}

func TestBadRequestsAreRefusedBeforeTheyAreSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) { r.fails(messages.CodeInternal) })
	c := w.client()
	_, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: "s"})
	if !messages.HasCode(err, messages.CodeBadRequest) {
		t.Errorf("no budget: %v; want bad_request", err)
	}
	_, err = c.Store(t.Context(), turn(strings.Repeat("x", messages.MaxMessageBytes)))
	if !messages.HasCode(err, messages.CodeTooLarge) || errors.Is(err, client.ErrUnauthenticated) {
		t.Errorf("more than 10 MiB: %v; want too_large", err)
	}
	if n := len(f.requests()); n != 0 {
		t.Errorf("%d bad requests were sent", n)
	}
}

func TestARequestAboveTheServersLimitIsTooLarge(t *testing.T) {
	t.Parallel()
	w := newWorld(t, smallPayload)
	_, err := w.client().Store(t.Context(), turn(strings.Repeat("x", 8<<10)))
	if !messages.HasCode(err, messages.CodeTooLarge) || !strings.Contains(err.Error(), "max_payload") {
		t.Fatalf("got %v; want too_large and what to do about max_payload", err)
	}
}

func TestNoWorkers(t *testing.T) {
	t.Parallel()
	// So many tries and so much time that the test would end first.
	c := newWorld(t).client(func(o *client.Options) { o.Retries, o.Timeout = 1000, time.Hour })
	_, err := c.Store(t.Context(), turn("a"))
	if !errors.Is(err, client.ErrNoWorkers) || !strings.Contains(err.Error(), "context-manager worker") {
		t.Fatalf("got %v; want ErrNoWorkers, and what to start", err)
	}
}

func TestTheDeadlineIsTheContextsAndIsSigned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(taken) {})
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	deadline, _ := ctx.Deadline()
	_, err := w.client().Stats(ctx, messages.StatsRequest{Session: "s"})
	if !errors.Is(err, client.ErrNoReply) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v; want ErrNoReply and context.DeadlineExceeded", err)
	}
	r := f.requests()[0]
	// A millisecond for the rounding of two clocks' readings.
	if r.expiry <= r.time || r.expiry > deadline.UnixMilli()+1 {
		t.Fatalf("signed at %d to expire at %d; the context ends at %d", r.time, r.expiry, deadline.UnixMilli())
	}
}

// TestAPauseOfTheProcessMakesNoRequestLiveLonger: every look at the clock here
// is 20 ms after the one before.
func TestAPauseOfTheProcessMakesNoRequestLiveLonger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(taken) {})
	began := time.Now()
	var looks atomic.Int64
	c := w.client(func(o *client.Options) {
		o.Clock = func() time.Time { return began.Add(time.Duration(looks.Add(1)-1) * 20 * time.Millisecond) }
	})
	looks.Store(0)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if _, err := c.Stats(ctx, messages.StatsRequest{Session: "s"}); !errors.Is(err, client.ErrNoReply) {
		t.Fatalf("got %v; want ErrNoReply", err)
	}
	if r := f.requests()[0]; r.expiry > began.UnixMilli()+501 {
		t.Fatalf("it expires %d ms after its call began; want 500 at most", r.expiry-began.UnixMilli())
	}
}

func TestWithoutADeadlineOptionsBoundEachTryAndTheWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(taken) {})
	c := w.client(func(o *client.Options) {
		o.AttemptTimeout, o.Timeout, o.Retries = 300*time.Millisecond, 2*time.Second, 1
	})
	_, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"})
	if !errors.Is(err, client.ErrNoReply) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v; want ErrNoReply", err)
	}
	seen := f.requests()
	if len(seen) != 2 {
		t.Fatalf("%d tries; want 2", len(seen))
	}
	if life := seen[0].expiry - seen[0].time; life != 300 {
		t.Errorf("the first try lives %d ms; want 300", life)
	}
	if life := seen[1].expiry - seen[1].time; life <= 300 || life > 2000 {
		t.Errorf("the last try lives %d ms; want what is left of 2000", life)
	}
}

func TestCancelEndsTheWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.fake(func(taken) { cancel() })
	_, err := w.client().Stats(ctx, messages.StatsRequest{Session: "s"})
	if !errors.Is(err, context.Canceled) || errors.Is(err, client.ErrNoReply) {
		t.Fatalf("got %v; want context.Canceled alone", err)
	}
}

func TestAnEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) { r.fails(messages.CodeInternal) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.client().Stats(ctx, messages.StatsRequest{Session: "s"}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v; want context.Canceled", err)
	}
	if n := len(f.requests()); n != 0 {
		t.Fatalf("%d requests were sent", n)
	}
}

func TestClosedClientsFail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := make(chan struct{})
	f := w.fake(func(r taken) {
		if r.n == 1 {
			close(asked)
			return
		}
		r.answer(200, messages.StatsReply{})
	})
	nc := natstest.Connect(t, w.server)
	c := w.clientOn(nc)
	failed := make(chan error)
	go func() {
		_, err := c.Stats(context.Background(), messages.StatsRequest{Session: "s"})
		failed <- err
	}()
	<-asked
	c.Close()
	if err := <-failed; !errors.Is(err, client.ErrClosed) {
		t.Errorf("a call in progress: %v; want ErrClosed", err)
	}
	c.Close()
	if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); !errors.Is(err, client.ErrClosed) {
		t.Errorf("a call on a closed client: %v; want ErrClosed", err)
	}
	if _, err := c.Submit(t.Context(), messages.OpStore, turn("a")); !errors.Is(err, client.ErrClosed) {
		t.Errorf("a job on a closed client: %v; want ErrClosed", err)
	}
	if _, err := w.clientOn(nc).Stats(t.Context(), messages.StatsRequest{Session: "s"}); err != nil {
		t.Errorf("another client on the same connection: %v", err)
	}
	if n := len(f.requests()); n != 2 {
		t.Errorf("the worker saw %d requests; want 2: a closed client sends nothing", n)
	}
}

func TestAClosedConnectionFailsCallsInProgress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nc := natstest.Connect(t, w.server)
	w.fake(func(taken) { nc.Close() })
	c := w.clientOn(nc)
	if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); !errors.Is(err, client.ErrClosed) {
		t.Errorf("in progress: %v; want ErrClosed", err)
	}
	if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); !errors.Is(err, client.ErrClosed) {
		t.Errorf("after: %v; want ErrClosed", err)
	}
	if _, err := client.New(nc, client.Options{Tenant: "acme", KeyID: w.key.ID, Secret: w.key.Secrets[0]}); !errors.Is(err, client.ErrClosed) {
		t.Errorf("another client: %v; want ErrClosed", err)
	}
}

func TestASignedReplyThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake(func(r taken) { r.answer(200, "no object") })
	_, err := w.client().Stats(t.Context(), messages.StatsRequest{Session: "s"})
	if !errors.Is(err, client.ErrBadReply) {
		t.Fatalf("got %v; want ErrBadReply", err)
	}
}

func TestAnErrorWithoutABodyHasTheCodeOfItsStatus(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake(func(r taken) { r.answer(body[messages.ListRequest](t, r).Limit, "no error") })
	c := w.client(func(o *client.Options) { o.Retries = -1 })
	for status, want := range map[int]messages.Code{
		403: messages.CodeForbidden, 503: messages.CodeUnavailable, 418: messages.CodeInternal,
	} {
		_, err := c.List(t.Context(), messages.ListRequest{Session: "s", Limit: status})
		if !messages.HasCode(err, want) {
			t.Errorf("status %d: %v; want %s", status, err, want)
		}
	}
}
