package worker

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

func sessionOf(id string) messages.Owner {
	return messages.Owner{Kind: messages.SessionOwner, Tenant: testTenant, ID: id}
}

// An owner does not grow past what can be read; to remove is always allowed,
// and what was removed may be stored again.
func TestAnOwnerDoesNotOutgrowTheRoom(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var reads atomic.Int64
	r.start(options{
		config: func(c *Config) { c.PageBytes = 2 << 20 },
		deps: func(d *Deps) {
			d.Reader = hookedReader{Reader: d.Reader, before: func(context.Context) { reads.Add(1) }}
		},
	})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: "first", Text: "some words"}}})
	aStore := func(session string) call {
		return call{op: messages.OpStore, body: messages.StoreRequest{Session: session, Items: []messages.Item{{Text: strings.Repeat("some words ", 40_000)}}}}
	}
	full := false
	for range 4 {
		if o := r.ask(aStore("s")); o.failed != nil {
			refused := fails(t, o, messages.CodeTooLarge)
			if refused.Retryable || !strings.Contains(refused.Message, "delete some of it") {
				t.Errorf("%+v", refused)
			}
			full = true
		}
	}
	if !full {
		t.Fatal("the session grew past the room")
	}
	read := reads.Load()
	longer := strings.Repeat("some words ", 40_000)
	fails(t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "first", Text: &longer}}), messages.CodeTooLarge)
	if n := reads.Load() - read; n != 1 {
		t.Errorf("what was to be changed was read %d times", n)
	}
	must[messages.StoreReply](t, r.ask(aStore("another")))
	alone := messages.StoreRequest{Session: "empty", Items: []messages.Item{{Text: strings.Repeat("some words ", 200_000)}}}
	if refused := fails(t, r.ask(call{op: messages.OpStore, body: alone}), messages.CodeTooLarge); !strings.Contains(refused.Message, "store less in one request") {
		t.Errorf("what does not fit even alone: %v", refused)
	}
	must[messages.ClearReply](t, r.ask(call{op: messages.OpClear, body: messages.ClearRequest{Session: "s"}}))
	must[messages.StoreReply](t, r.ask(aStore("s")))
}

// Others may store to an owner, too: each worker looks after a part of what one may
// have, and before it stores as much at once. All that was taken is there, and can be read.
func TestWhatSeveralWorkersStoreToAnOwnerIsBoundedAndWhole(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const workers, pageBytes = 3, 1 << 20 // of which one owner may have half
	for range workers {
		r.start(options{config: func(c *Config) { c.PageBytes = pageBytes }})
	}
	for session, text := range map[string]string{"much": strings.Repeat("some words ", 4_000), "little": strings.Repeat("some words ", 400)} {
		aStore := r.storing(session, text)
		stored := 0
		for range 2 * pageBytes / len(text) { // many times what all may store
			if o := aStore(); o.failed == nil {
				stored++
			} else if e := fails(t, o, messages.CodeTooLarge); !strings.Contains(e.Message, "delete some of it") {
				t.Errorf("%+v", e)
			}
		}
		most := pageBytes / 2
		if len(text) < most/16 {
			most += workers * (most/16 + len(text))
		}
		if stored*len(text) > most {
			t.Errorf("%d items of %d bytes were stored; want %d bytes at most", stored, len(text), most)
		}
		stats := must[messages.StatsReply](t, r.ask(call{op: messages.OpStats, body: messages.StatsRequest{Session: session}}))
		if n := stats.Levels[messages.Immediate].Items; n != stored {
			t.Errorf("%d items are there, of %d that were acknowledged", n, stored)
		}
		must[messages.AssembleReply](t, r.ask(call{op: messages.OpAssemble, body: messages.AssembleRequest{Session: session, MaxTokens: 1000}}))
	}
}

// Nor does it matter that all store at the same time.
func TestWhatIsStoredToAnOwnerAtOnceIsBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const workers, pageBytes = 3, 1 << 20
	for range workers {
		r.start(options{config: func(c *Config) { c.PageBytes = pageBytes }})
	}
	text := strings.Repeat("some words ", 20_000) // of which two are what one owner may have
	aStore := r.storing("s", text)
	var all sync.WaitGroup
	var stored atomic.Int64
	for range 4 * workers {
		all.Go(func() {
			if o := aStore(); o.failed == nil {
				stored.Add(1)
			}
		})
	}
	all.Wait()
	if n := stored.Load(); n < 1 || n > 2 {
		t.Errorf("%d items of %d bytes were stored", n, len(text))
	}
}

// storing stores a text with a session, each time that it is called.
func (r *rig) storing(session, text string) func() outcome {
	return func() outcome {
		return r.ask(call{op: messages.OpStore, body: messages.StoreRequest{Session: session, Items: []messages.Item{{Text: text}}}})
	}
}

// Nor does its log, though what it has stays as small as it is. Once it was
// compacted it is stored to again.
func TestAnOwnersLogDoesNotOutgrowTheRoom(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{config: func(c *Config) { c.PageBytes = 512 << 10 }})
	owner := sessionOf("s")
	items := []messages.Item{{ID: "a", Text: strings.Repeat("some words ", 10_000)}, {ID: "b", Text: "x"}}
	storing := call{op: messages.OpStore, body: messages.StoreRequest{Session: "s", Items: items}}
	accesses := 1
	updating := call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "a", Accesses: &accesses}}
	for name, c := range map[string]call{"stored": storing, "changed": updating} {
		must[messages.StoreReply](t, r.ask(storing))
		refused := 0
		for range 10 {
			if o := r.ask(c); o.failed != nil {
				if e := fails(t, o, messages.CodeOverloaded); e.RetryAfterMS == 0 || !strings.Contains(e.Message, "or clear it") {
					t.Errorf("%+v", e)
				}
				refused++
			}
		}
		if refused == 0 || refused > 8 {
			t.Errorf("%s ten times: %d were refused", name, refused)
		}
		must[messages.DeleteReply](t, r.ask(call{op: messages.OpDelete, body: messages.DeleteRequest{Session: "s", IDs: []string{"b"}}}))
		if done, err := w.tiers.Compact(t.Context(), owner); !done || err != nil {
			t.Fatalf("compacted %v, %v", done, err)
		}
		if o := r.ask(c); o.failed != nil {
			t.Errorf("%s when it was compacted: %v", name, o.failed)
		}
		must[messages.ClearReply](t, r.ask(call{op: messages.OpClear, body: messages.ClearRequest{Session: "s"}}))
		if _, err := w.tiers.Compact(t.Context(), owner); err != nil {
			t.Fatal(err)
		}
	}
}
