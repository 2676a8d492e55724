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
	"github.com/context-manager/context-manager/messages/envelope"
)

// crowd has callers call at once, again and again, until enough says so.
func crowd(t *testing.T, callers int, enough func() bool, call func(caller int) error) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !enough(); {
		if time.Now().After(deadline) {
			t.Fatal("no message had several calls")
		}
		var all sync.WaitGroup
		for i := range callers {
			all.Go(func() {
				if err := call(i); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
}

// shared tells whether calls have shared messages.
func (f *fake) shared() bool { return f.messages() < len(f.requests()) }

func assembling(c *client.Client, query string) error {
	got, err := c.Assemble(context.Background(), messages.AssembleRequest{Session: "s", Query: query, MaxTokens: 9})
	if err == nil && got.Text != query {
		return fmt.Errorf("got %q, want %q", got.Text, query)
	}
	return err
}

// echoQuery answers an assemble with its query as the text.
func echoQuery(t *testing.T) func(taken) {
	return func(r taken) {
		r.answer(200, messages.AssembleReply{Text: body[messages.AssembleRequest](t, r).Query})
	}
}

func TestCallsAtOnceShareMessagesAndGetTheirOwnAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(echoQuery(t))
	c := w.client()
	crowd(t, 32, f.shared, func(i int) error { return assembling(c, fmt.Sprint("question ", i)) })
}

func TestACallerThatIsAloneHasAMessageOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(echoQuery(t))
	c := w.client()
	crowd(t, 32, f.shared, func(i int) error { return assembling(c, fmt.Sprint("question ", i)) })
	asks, requests := f.messages(), len(f.requests())
	for range 20 {
		if err := assembling(c, "alone"); err != nil {
			t.Fatal(err)
		}
	}
	if asks, requests = f.messages()-asks, len(f.requests())-requests; asks != 20 || requests != 20 {
		t.Errorf("20 calls one after another came as %d requests in %d messages", requests, asks)
	}
}

func TestCallsShareNothingIfTheyAreNotTo(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a long question ", 1100)
	for name, test := range map[string]struct {
		change func(*client.Options)
		query  string
	}{
		"told so":           {func(o *client.Options) { o.Bundle = 1 }, "a question"},
		"large":             {func(*client.Options) {}, long},
		"little time":       {func(o *client.Options) { o.AttemptTimeout = 900 * time.Millisecond }, "a question"},
		"never tried again": {func(o *client.Options) { o.Retries = -1 }, "a question"}, // the end of another would be its own
		"told so, oddly":    {func(o *client.Options) { o.Bundle = -1 }, "a question"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := w.fake(echoQuery(t))
			c := w.client(test.change)
			rounds := 0
			crowd(t, 16, func() bool { rounds++; return rounds > 10 }, func(i int) error { return assembling(c, test.query) })
			if f.shared() {
				t.Errorf("%d calls came in %d messages", len(f.requests()), f.messages())
			}
		})
	}
}

func TestNoMessageHasMoreCallsThanTheOptionSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var most atomic.Int64
	w.fakeOf(func(r taken) { r.answer(200, messages.AssembleReply{Text: "x"}) }, func(f *fake, v envelope.Verified) {
		parts, err := v.Parts()
		if err != nil {
			t.Error(err)
		}
		most.Store(max(most.Load(), int64(len(parts))))
		for place := range parts {
			f.signPart(v, place, 200, messages.AssembleReply{Text: "x"})
		}
	})
	c := w.client(func(o *client.Options) { o.Bundle = 3 })
	crowd(t, 32, func() bool { return most.Load() == 3 }, func(int) error { return assembling(c, "x") })
}

func TestEachCallOfAMessageHasItsOwnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) {
		if q := body[messages.AssembleRequest](t, r).Query; q == "odd" {
			r.fails(messages.CodeNotFound)
		} else {
			r.answer(200, messages.AssembleReply{Text: q})
		}
	})
	c := w.client()
	crowd(t, 32, f.shared, func(i int) error {
		if i%2 == 0 {
			return assembling(c, "even")
		}
		if err := assembling(c, "odd"); !messages.HasCode(err, messages.CodeNotFound) {
			return fmt.Errorf("got %w, want not_found", err)
		}
		return nil
	})
}

func TestCallsAreTriedAgainAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var bundles atomic.Int64
	w.fakeOf(echoQuery(t), func(f *fake, v envelope.Verified) {
		bundles.Add(1)
		f.sign(v, messages.CodeOverloaded.Status(), messages.Errorf(messages.CodeOverloaded, "made by a test"))
	})
	c := w.client()
	crowd(t, 32, func() bool { return bundles.Load() > 0 }, func(i int) error { return assembling(c, fmt.Sprint("question ", i)) })
}

// An older worker decodes a bundle as one request, and refuses a field that it does not know.
func TestAWorkerThatKnowsNoBundlesIsAskedOneByOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var bundles, minutes atomic.Int64
	w.fakeOf(echoQuery(t), func(f *fake, v envelope.Verified) {
		bundles.Add(1)
		_, err := messages.Decode[messages.AssembleRequest](v.Body())
		f.sign(v, messages.CodeOf(err).Status(), err)
	})
	c := w.client(func(o *client.Options) {
		o.Clock = func() time.Time { return time.Now().Add(time.Duration(minutes.Load()) * time.Minute) }
	})
	call := func(i int) error { return assembling(c, fmt.Sprint("question ", i)) }
	crowd(t, 32, func() bool { return bundles.Load() > 0 }, call)
	known, rounds := bundles.Load(), 0
	crowd(t, 32, func() bool { rounds++; return rounds > 10 }, call)
	if now := bundles.Load(); now != known {
		t.Errorf("%d bundles went to it after it had refused some", now-known)
	}
	minutes.Add(1) // it may have been replaced meanwhile
	crowd(t, 32, func() bool { return bundles.Load() > known }, call)
}

func TestAnswersToABundleMayComeInPartsAndTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var bundles atomic.Int64
	w.fakeOf(echoQuery(t), func(f *fake, v envelope.Verified) {
		parts, err := v.Parts()
		if err != nil {
			t.Error(err)
		}
		f.signPart(v, -1, 200, messages.AssembleReply{Text: "of no request"})
		f.signPart(v, len(parts), 200, messages.AssembleReply{Text: "of no request"})
		twice := len(parts) - 1 // one alone: that many more messages than a worker sends are waited for, and no more
		for place := len(parts) - 1; place >= 0; place-- {
			q, err := messages.Decode[messages.AssembleRequest](parts[place].Body())
			if err != nil {
				t.Error(err)
			}
			f.signPart(v, place, 200, messages.AssembleReply{Text: q.Query})
			if place == twice {
				f.signPart(v, place, 200, messages.AssembleReply{Text: "a second answer"})
			}
		}
		bundles.Add(1)
	})
	c := w.client()
	crowd(t, 16, func() bool { return bundles.Load() > 0 }, func(i int) error { return assembling(c, fmt.Sprint("question ", i)) })
}

func TestAReplyToABundleThatCannotBeReadEndsItsCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var bundles atomic.Int64
	w.fakeOf(echoQuery(t), func(f *fake, v envelope.Verified) {
		bundles.Add(1)
		f.sign(v, 200, "no replies")
	})
	c := w.client()
	crowd(t, 32, func() bool { return bundles.Load() > 0 }, func(i int) error {
		if err := assembling(c, "x"); err != nil && !errors.Is(err, client.ErrBadReply) {
			return err
		}
		return nil
	})
}

// Whoever waits longest may not be asked for a change after its caller has stopped to wait.
func TestABundleEndsWithTheFirstOfItsTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) {
		at := body[messages.AssembleRequest](t, r).Now
		if r.expiry > at {
			t.Errorf("a request whose try ends at %d came in a message that expires at %d", at, r.expiry)
		}
		r.answer(200, messages.AssembleReply{})
	})
	c := w.client(func(o *client.Options) { o.AttemptTimeout = time.Hour })
	crowd(t, 32, f.shared, func(i int) error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute+time.Duration(i)*time.Millisecond)
		defer cancel()
		end, _ := ctx.Deadline()
		// The moment goes along in a field that the fake can read.
		_, err := c.Assemble(ctx, messages.AssembleRequest{Session: "s", MaxTokens: 9, Now: end.UnixMilli()})
		return err
	})
}
