package client_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
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
