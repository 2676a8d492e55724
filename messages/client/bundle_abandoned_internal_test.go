package client

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// A bundle whose callers have all given up is not waited for: callers that come
// and go would pile up what no worker answers.
func TestABundleThatNobodyWaitsForEnds(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, Options{})
	asks, err := c.nc.SubscribeSync(c.subjects.AskAll())
	if err != nil {
		t.Fatal(err)
	}
	b := c.asks[messages.OpStats]
	b.out = abreast // so that calls gather
	for _, callers := range []int{1, 2, 8} {
		ctx, leave := context.WithCancel(t.Context())
		var calls sync.WaitGroup
		for range callers {
			calls.Go(func() {
				b.try(ctx, call{op: messages.OpStats, body: []byte("{}"), until: time.Now().Add(time.Hour), follows: noOther}, nil)
			})
		}
		if _, err := asks.NextMsgWithContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		leave()
		calls.Wait()
		ended := make(chan struct{})
		go func() {
			b.flying.Wait()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatalf("%d callers have gone; want their bundle to end", callers)
		}
	}
}
