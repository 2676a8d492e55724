package client_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// Calls that a server takes one by one succeed though it does not take them in one message.
func TestCallsThatAreTooMuchTogetherGoAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *natsd.Options) { o.MaxPayload = 2 << 10 })
	c := w.client(patient)
	withHeld(t, w, c, taken.counts)
	long := messages.StatsRequest{Session: strings.Repeat("s", 120), User: strings.Repeat("u", 120)}
	var calls sync.WaitGroup
	for range 32 {
		calls.Go(func() {
			if _, err := c.Stats(t.Context(), long); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
}
