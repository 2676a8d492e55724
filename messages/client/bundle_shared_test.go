package client_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// held is the session of calls that a fake worker of these tests leaves without
// an answer, so that those that come after them share messages.
const held = "held"

// withHeld starts a fake worker that answers as serve does, and two calls that
// it leaves without an answer until the test ends.
func withHeld(t *testing.T, w *world, c *client.Client, serve func(taken)) *fake {
	t.Helper()
	arrived := make(chan struct{}, 2)
	f := w.fake(func(r taken) {
		var who struct {
			Session string `json:"session"`
		}
		if _ = json.Unmarshal(r.body, &who); who.Session == held {
			arrived <- struct{}{}
			return
		}
		serve(r)
	})
	ctx, cancel := context.WithCancel(t.Context())
	var calls sync.WaitGroup
	for range 2 {
		calls.Go(func() { _, _ = c.Stats(ctx, messages.StatsRequest{Session: held}) })
		<-arrived
	}
	t.Cleanup(func() {
		cancel()
		calls.Wait()
	})
	return f
}

// patient keeps calls that wait from being tried again while a test runs.
func patient(o *client.Options) { o.AttemptTimeout, o.Timeout = time.Minute, 2*time.Minute }

// counts answers a Stats.
func (r taken) counts() { r.answer(200, messages.StatsReply{}) }

// A worker answers the requests of a bundle as they are done, each in a message
// of its own if it has to. None is lost, however slowly the client gets to them.
func TestEveryReplyOfABundleIsHeard(t *testing.T) {
	t.Parallel()
	const callers = 48
	w := newWorld(t)
	c := w.client(patient, func(o *client.Options) {
		o.Bundle = callers
		o.Clock = func() time.Time {
			<-time.After(time.Millisecond)
			return time.Now()
		}
	})
	f := withHeld(t, w, c, taken.counts)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var calls sync.WaitGroup
	for range callers {
		calls.Go(func() {
			if _, err := c.Stats(ctx, messages.StatsRequest{Session: "s"}); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if n := len(f.requests()); n != callers+2 {
		t.Errorf("the worker had %d requests; want each of %d once", n, callers+2)
	}
}
