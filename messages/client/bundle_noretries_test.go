package client_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// A call that is never tried again has all of its time, whoever calls beside it with less.
func TestACallWithoutRetriesIsNotCutShortByOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client(patient, func(o *client.Options) { o.Retries = -1 })
	answer := make(chan struct{})
	var answers sync.WaitGroup
	defer answers.Wait()
	withHeld(t, w, c, func(r taken) {
		answers.Go(func() {
			<-answer
			r.counts()
		})
	})
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			hasty, cancel := context.WithTimeout(t.Context(), 1100*time.Millisecond)
			defer cancel()
			_, _ = c.Stats(hasty, messages.StatsRequest{Session: "s"})
		})
		calls.Go(func() {
			if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); err != nil {
				t.Error(err)
			}
		})
	}
	time.AfterFunc(1500*time.Millisecond, func() { close(answer) })
	calls.Wait()
}
