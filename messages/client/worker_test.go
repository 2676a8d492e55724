package client_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/worker"
)

// The tests of this file run against real workers.

func texts(items []messages.Item) []string {
	all := make([]string, len(items))
	for i := range items {
		all[i] = items[i].Text
	}
	return all
}

func listed(t *testing.T, c *client.Client, r messages.ListRequest) []messages.Item {
	t.Helper()
	got, err := c.List(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return got.Items
}

func stored(t *testing.T, c *client.Client, r messages.StoreRequest) messages.StoreReply {
	t.Helper()
	got, err := c.Store(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestEveryOperationAgainstAWorker(t *testing.T) {
	t.Parallel()
	c := rig.Start(t).Client()
	ids := stored(t, c, messages.StoreRequest{Session: "s", Items: []messages.Item{
		{Text: "one <&>"}, {Text: "two"}, {Text: "three", Level: messages.ShortTerm},
	}}).IDs
	if got := texts(listed(t, c, messages.ListRequest{Session: "s"})); !slices.Equal(got, []string{"one <&>", "two", "three"}) {
		t.Fatalf("listed %q", got)
	}
	text := "two, changed"
	updated, err := c.Update(t.Context(), messages.UpdateRequest{Session: "s", ID: ids[1], Text: &text})
	if err != nil || updated.Item.Text != text {
		t.Fatalf("updated %+v, %v", updated.Item, err)
	}
	promoted, err := c.Promote(t.Context(), messages.PromoteRequest{Session: "s", User: "u", IDs: ids[2:], To: messages.LongTerm})
	if err != nil || len(promoted.Promoted) != 1 {
		t.Fatalf("promoted %q, %v", promoted.Promoted, err)
	}
	deleted, err := c.Delete(t.Context(), messages.DeleteRequest{Session: "s", IDs: ids[:1]})
	if err != nil || len(deleted.Deleted) != 1 {
		t.Fatalf("deleted %q, %v", deleted.Deleted, err)
	}
	stats, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s", User: "u"})
	if err != nil || stats.Levels[messages.Immediate].Items != 1 || stats.Levels[messages.LongTerm].Items != 1 {
		t.Fatalf("stats %+v, %v", stats.Levels, err)
	}
	assembled, err := c.Assemble(t.Context(), messages.AssembleRequest{
		Session: "s", User: "u", MaxTokens: 500, Format: messages.FormatText,
	})
	if err != nil || len(assembled.IDs) != 2 || assembled.Text == "" || assembled.Tokens.Total > 500 {
		t.Fatalf("assembled %+v, %v", assembled, err)
	}
	cleared, err := c.Clear(t.Context(), messages.ClearRequest{Session: "s"})
	if err != nil || cleared.Cleared != 1 {
		t.Fatalf("cleared %d, %v", cleared.Cleared, err)
	}
}

func TestManyCallersOfTwoWorkers(t *testing.T) {
	t.Parallel()
	c := rig.Start(t, rig.Workers(2)).Client()
	var callers sync.WaitGroup
	for i := range 64 {
		callers.Go(func() {
			session := fmt.Sprintf("session %d", i)
			for j := range 5 {
				want := fmt.Sprintf("text %d of %s", j, session)
				_, err := c.Store(t.Context(), messages.StoreRequest{Session: session, Items: []messages.Item{{Text: want}}})
				if err != nil {
					t.Error(err)
					return
				}
				got, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: session, MaxTokens: 5000})
				if err != nil || len(got.Items) != j+1 || got.Items[j].Text != want {
					t.Errorf("after %q: %q, %v", want, texts(got.Items), err)
					return
				}
			}
		})
	}
	callers.Wait()
}

func TestAWorkerTellsWhatItCannotVerify(t *testing.T) {
	t.Parallel()
	r := rig.Start(t)
	for name, test := range map[string]struct {
		change func(*client.Options)
		code   messages.Code
	}{
		"secret":   {func(o *client.Options) { o.Secret = envelope.NewSecret([]byte("another secret, long enough")) }, messages.CodeUnauthorized},
		"audience": {func(o *client.Options) { o.Audience = "another" }, messages.CodeUnauthorized},
		"clock": {func(o *client.Options) {
			o.Clock = func() time.Time { return time.Now().Add(time.Hour) }
		}, messages.CodeOutsideWindow},
	} {
		_, err := r.Client(test.change).Stats(t.Context(), messages.StatsRequest{Session: "s"})
		if !errors.Is(err, client.ErrUnauthenticated) || !messages.HasCode(err, test.code) {
			t.Errorf("wrong %s: %v; want an unsigned %s", name, err, test.code)
		}
	}
}

func TestAKeyWithoutTheGrantIsRefused(t *testing.T) {
	t.Parallel()
	reader := rig.DefaultKey()
	reader.Grants = []messages.Grant{messages.GrantRead}
	c := rig.Start(t, rig.Keys(reader)).Client()
	_, err := c.Store(t.Context(), turn("a"))
	if !messages.HasCode(err, messages.CodeForbidden) {
		t.Fatalf("got %v; want forbidden", err)
	}
}

// Each worker answers from its cache, as max_stale_ms lets it, unless it must
// have seen what this client wrote.
func TestOnesOwnWritesAreReadFromEveryWorker(t *testing.T) {
	t.Parallel()
	c := rig.Start(t, rig.Workers(2)).Client()
	for n := range 10 {
		stored(t, c, turn(fmt.Sprint("text ", n)))
		for range 8 { // so that both workers are asked, and both have a page
			got, err := c.Assemble(t.Context(), messages.AssembleRequest{
				Session: "s", MaxTokens: 5000, MaxStaleMS: time.Hour.Milliseconds(),
			})
			if err != nil || len(got.Items) != n+1 {
				t.Fatalf("after %d writes: %q, %v", n+1, texts(got.Items), err)
			}
		}
	}
}

func TestAFullWorkerIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := rig.Start(t, rig.Config(func(c *worker.Config) {
		c.AskInFlight, c.RetryAfter = 1, 5*time.Millisecond
	}))
	c := r.Client(patient, func(o *client.Options) { o.Retries = 100 })
	var callers sync.WaitGroup
	for range 16 {
		callers.Go(func() {
			if _, err := c.Store(t.Context(), turn("a")); err != nil {
				t.Error(err)
			}
		})
	}
	callers.Wait()
	if n := len(listed(t, c, messages.ListRequest{Session: "s"})); n != 16 {
		t.Fatalf("%d items are stored; want 16", n)
	}
}

func TestAKilledWorkerCostsNoWrite(t *testing.T) {
	t.Parallel()
	r := rig.Start(t, rig.Workers(2))
	doomed := r.StartWorker()
	c := r.Client(func(o *client.Options) { o.AttemptTimeout = 300 * time.Millisecond })
	const callers, writes = 8, 25
	var all sync.WaitGroup
	half := make(chan struct{})
	for i := range callers {
		all.Go(func() {
			for j := range writes {
				if i == 0 && j == writes/2 {
					close(half)
				}
				if _, err := c.Store(t.Context(), turn(fmt.Sprintf("%d of %d", j, i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	<-half
	doomed.Kill()
	all.Wait()
	if n := len(listed(t, c, messages.ListRequest{Session: "s", Limit: 1000})); n != callers*writes {
		t.Fatalf("%d items are stored; want %d, each once", n, callers*writes)
	}
}

// Of writers that all read, change and write one item, each change must show:
// a conflict is a conflict, and no lost or doubled update hides behind a retry.
func TestUpdatesAtARevisionLoseNothing(t *testing.T) {
	t.Parallel()
	c := rig.Start(t, rig.Workers(2)).Client()
	id := stored(t, c, turn("0")).IDs[0]
	const writers, each = 4, 5
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for range each {
				if err := increment(t.Context(), c, id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got := listed(t, c, messages.ListRequest{Session: "s"})[0].Text; got != fmt.Sprint(writers*each) {
		t.Fatalf("counted to %s; want %d", got, writers*each)
	}
}

// increment adds one to the number that an item's text is, however often that takes.
func increment(ctx context.Context, c *client.Client, id string) error {
	for {
		list, err := c.List(ctx, messages.ListRequest{Session: "s", IDs: []string{id}})
		if err != nil {
			return err
		}
		var n int
		if _, err := fmt.Sscan(list.Items[0].Text, &n); err != nil {
			return err
		}
		text := fmt.Sprint(n + 1)
		_, err = c.Update(ctx, messages.UpdateRequest{Session: "s", ID: id, Revision: list.Items[0].Revision, Text: &text})
		if !messages.HasCode(err, messages.CodeConflict) {
			return err
		}
	}
}

func TestJobsAgainstAWorker(t *testing.T) {
	t.Parallel()
	c := rig.Start(t).Client()
	var first messages.StoreReply
	if err := c.SubmitAndWait(t.Context(), messages.OpStore, turn("waited for"), &first); err != nil || len(first.IDs) != 1 {
		t.Fatalf("got %+v, %v", first, err)
	}
	receipt, err := c.Submit(t.Context(), messages.OpStore, turn("not waited for"))
	if err != nil || receipt.Seq == 0 {
		t.Fatalf("got %+v, %v", receipt, err)
	}
	await.That(t, "the job is done, too", func() bool { return len(listed(t, c, messages.ListRequest{Session: "s"})) == 2 })
	err = c.SubmitAndWait(t.Context(), messages.OpUpdate,
		messages.UpdateRequest{Session: "s", ID: "unknown", Text: new(string)}, &messages.UpdateReply{})
	if err == nil || errors.Is(err, client.ErrPending) {
		t.Fatalf("an update of nothing: %v; want the worker's refusal", err)
	}
}

func TestAJobWaitsForAWorker(t *testing.T) {
	t.Parallel()
	r := rig.Start(t, rig.Workers(0))
	first, c := r.StartWorker(), r.Client()
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Submit(t.Context(), messages.OpStore, turn("a")); err != nil {
		t.Fatal(err)
	}
	r.StartWorker()
	await.That(t, "a worker does the job", func() bool { return len(listed(t, c, messages.ListRequest{Session: "s"})) == 1 })
}
