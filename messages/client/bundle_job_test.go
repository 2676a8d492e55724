package client_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// assemblingJob is assembling on the job lane.
func assemblingJob(c *client.Client, query string) error {
	var got messages.AssembleReply
	r := messages.AssembleRequest{Session: "s", Query: query, MaxTokens: 9}
	err := c.SubmitAndWait(context.Background(), messages.OpAssemble, r, &got)
	if err == nil && got.Text != query {
		return fmt.Errorf("got %q, want %q", got.Text, query)
	}
	return err
}

func TestJobsAtOnceShareMessagesAndGetTheirOwnAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.work(w.jobs(), echoQuery(t))
	c := w.client()
	crowd(t, 32, f.shared, func(i int) error { return assemblingJob(c, fmt.Sprint("question ", i)) })
}

func TestAJobThatIsAloneHasAMessageOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.work(w.jobs(), echoQuery(t))
	c := w.client()
	crowd(t, 32, f.shared, func(i int) error { return assemblingJob(c, fmt.Sprint("question ", i)) })
	came, requests := f.messages(), len(f.requests())
	for range 20 {
		if err := assemblingJob(c, "alone"); err != nil {
			t.Fatal(err)
		}
	}
	if came, requests = f.messages()-came, len(f.requests())-requests; came != 20 || requests != 20 {
		t.Errorf("20 jobs one after another came as %d requests in %d messages", requests, came)
	}
}

// Nobody hears the reply to one who does not wait for it: it is to become a dead letter if it is a refusal.
func TestWhoWaitsForAReplySharesNoMessageWithWhoDoesNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.work(w.jobs(), func(r taken) {
		q := body[messages.AssembleRequest](t, r).Query
		if waits := q == "waits"; waits != (r.reply != "") {
			t.Errorf("one who waits for the reply: %t; its message has the inbox %q", waits, r.reply)
		}
		if r.reply != "" {
			r.answer(200, messages.AssembleReply{Text: q})
		}
	})
	c := w.client()
	crowd(t, 32, f.shared, func(i int) error {
		if i%2 == 0 {
			return assemblingJob(c, "waits")
		}
		_, err := c.Submit(t.Context(), messages.OpAssemble, messages.AssembleRequest{Session: "s", Query: "does not", MaxTokens: 9})
		return err
	})
}

func TestJobsShareNothingIfTheyAreNotTo(t *testing.T) {
	t.Parallel()
	small := messages.AssembleRequest{Session: "s", MaxTokens: 9}
	large := small
	large.Query = strings.Repeat("a long question ", 1100)
	for name, test := range map[string]struct {
		change  func(*client.Options)
		request messages.AssembleRequest
	}{
		"told so":     {func(o *client.Options) { o.Bundle = 1 }, small},
		"large":       {func(*client.Options) {}, large},
		"little time": {func(o *client.Options) { o.Timeout = 900 * time.Millisecond }, small},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := w.work(w.jobs(), func(r taken) { r.answer(200, messages.AssembleReply{}) })
			c := w.client(test.change)
			rounds := 0
			crowd(t, 16, func() bool { rounds++; return rounds > 10 }, func(int) error {
				err := c.SubmitAndWait(t.Context(), messages.OpAssemble, test.request, &messages.AssembleReply{})
				if errors.Is(err, context.DeadlineExceeded) { // it had little time
					return nil
				}
				return err
			})
			if f.shared() {
				t.Errorf("%d jobs came in %d messages", len(f.requests()), f.messages())
			}
		})
	}
}
