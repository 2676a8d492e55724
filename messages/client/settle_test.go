package client_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// What an update asks after a refusal is part of the call, and must not live
// longer than that. The clock steps half of the call's time forward before.
func TestAnUpdateAsksWithinTheTimeOfOneCall(t *testing.T) {
	t.Parallel()
	const timeout = time.Minute
	w := newWorld(t)
	var later atomic.Int64
	f := w.fake(func(r taken) {
		switch r.n {
		case 1:
			r.fails(messages.CodeUnavailable) // and may have taken effect
		case 2:
			later.Store(int64(timeout / 2))
			r.fails(messages.CodeConflict)
		default:
			r.answer(200, messages.UpdateReply{})
		}
	})
	c := w.client(func(o *client.Options) {
		o.Timeout, o.AttemptTimeout = timeout, timeout
		o.Clock = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	})
	text := "new"
	if _, err := c.Update(t.Context(), messages.UpdateRequest{Session: "s", ID: "i", Revision: 3, Text: &text}); err != nil {
		t.Fatal(err)
	}
	seen := f.requests()
	if first, last := seen[0], seen[len(seen)-1]; len(seen) != 3 || last.expiry > first.expiry {
		t.Fatalf("%d requests, the last lives until %d; want 3, until %d at most", len(seen), last.expiry, first.expiry)
	}
}
