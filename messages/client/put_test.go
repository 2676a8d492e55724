package client_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A job that the stream takes long after it was signed is refused by workers,
// who tell nobody: it must not be put, and no receipt must be given for it.
func TestAJobIsNotPutLongAfterItWasSigned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := w.halfDeaf(1) // the second try would have a receipt
	var later atomic.Int64
	c := w.client(func(o *client.Options) {
		o.AttemptTimeout = time.Second
		o.Clock = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	})
	go func() {
		<-ids
		later.Store(int64(messages.TimeWindow - time.Minute))
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	if got, err := c.Submit(ctx, messages.OpStore, turn("a")); !errors.Is(err, client.ErrNoReply) {
		t.Fatalf("got %+v, %v; want ErrNoReply", got, err)
	}
}

// Whoever has a connection made anew ends what waits on it, and what was sent may
// have arrived: the receipt is asked for again, under the same id.
func TestAReceiptOutlivesTheConnectionThatIsMadeAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := w.halfDeaf(1)
	nc := natstest.Connect(t, w.server)
	c := w.clientOn(nc, patient)
	first := make(chan string, 1)
	go func() {
		first <- <-ids
		_ = nc.ForceReconnect() // which fails if the connection is closed: then the call does, too
	}()
	got, err := c.Submit(t.Context(), messages.OpStore, turn("a"))
	if err != nil || got.Seq != 4 {
		t.Fatalf("got %+v, %v; want the receipt of the second try", got, err)
	}
	if a, b := <-first, <-ids; a != b {
		t.Fatalf("the tries differ: %s, %s", a, b)
	}
}

// What is no acknowledgement says nothing of the job, which may be in the stream.
func TestWhatIsNoReceiptDoesNotEndAJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nc, tries := natstest.Connect(t, w.server), atomic.Int64{}
	_, err := nc.Subscribe(subjects(t).JobAll(), func(m *nats.Msg) {
		if tries.Add(1) == 1 {
			_ = m.Respond([]byte("+OK"))
			return
		}
		_ = m.Respond([]byte(`{"stream":"CTX_JOBS","seq":4}`))
	})
	if err != nil {
		t.Fatal(err)
	}
	flush(t, nc)
	if got, err := w.client(patient).Submit(t.Context(), messages.OpStore, turn("a")); err != nil || got.Seq != 4 {
		t.Errorf("got %+v, %v; want the receipt that came then", got, err)
	}
	tries.Store(0)
	_, err = w.client(func(o *client.Options) { o.Retries = -1 }).Submit(t.Context(), messages.OpStore, turn("a"))
	if !errors.Is(err, client.ErrReplyNotVerified) || !strings.Contains(err.Error(), "which may be there all the same") {
		t.Errorf("got %v; want that it is not known whether the job is there", err)
	}
}

// Whose context has ended before is not told that the job may be in the stream.
func TestAJobWhoseCallerHasGivenUpIsNotSent(t *testing.T) {
	t.Parallel()
	c := newWorld(t).client()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range map[string]error{
		"submit": func() error { _, err := c.Submit(ctx, messages.OpStore, turn("a")); return err }(),
		"wait":   c.SubmitAndWait(ctx, messages.OpStore, turn("a"), &messages.StoreReply{}),
	} {
		if !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "may be there") {
			t.Errorf("%s: got %v; want that the caller gave up, and nothing else", name, err)
		}
	}
}
