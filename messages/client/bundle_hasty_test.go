package client_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// A call that has time is not ended because one beside it had less, nor tried
// again, which does a change twice.
func TestACallWithTimeIsNotCutShortByOthers(t *testing.T) {
	t.Parallel()
	for name, retries := range map[string]int{"tried again": client.DefaultRetries, "never tried again": -1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const callers = 8
			w := newWorld(t)
			c := w.client(patient, func(o *client.Options) { o.Retries = retries })
			answer := make(chan struct{})
			var answers sync.WaitGroup
			defer answers.Wait()
			f := withHeld(t, w, c, func(r taken) {
				answers.Go(func() {
					<-answer
					r.counts()
				})
			})
			var calls sync.WaitGroup
			for range callers {
				calls.Go(func() {
					hasty, cancel := context.WithTimeout(t.Context(), 1100*time.Millisecond)
					defer cancel()
					_, _ = c.Stats(hasty, messages.StatsRequest{Session: "hasty"})
				})
				calls.Go(func() {
					if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "patient"}); err != nil {
						t.Error(err)
					}
				})
			}
			time.AfterFunc(1500*time.Millisecond, func() { close(answer) })
			calls.Wait()
			if n := f.askedOf(t, "patient"); n != callers {
				t.Errorf("the worker had %d requests of %d patient callers; want each once", n, callers)
			}
		})
	}
}

// askedOf is how many requests of a session came.
func (f *fake) askedOf(t *testing.T, session string) (n int) {
	t.Helper()
	for _, r := range f.requests() {
		if body[messages.StatsRequest](t, r).Session == session {
			n++
		}
	}
	return n
}
