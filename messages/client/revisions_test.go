package client_test

import (
	"encoding/json"
	"sync/atomic"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// asked returns the min_revision of the last request.
func (f *fake) asked() messages.Revision {
	seen := f.requests()
	var r struct {
		MinRevision messages.Revision `json:"min_revision"`
	}
	if err := json.Unmarshal(seen[len(seen)-1].body, &r); err != nil {
		f.t.Error(err)
	}
	return r.MinRevision
}

// writer is a world whose worker answers every write with the revisions 20 and 30.
func writer(t *testing.T, change ...func(*client.Options)) (*fake, *client.Client) {
	t.Helper()
	w := newWorld(t)
	f := w.fake(func(r taken) {
		r.answer(200, map[string]any{"revision": messages.Revision{Session: 20, User: 30}})
	})
	return f, w.client(change...)
}

func TestReadsAskToHaveSeenOnesOwnWrites(t *testing.T) {
	t.Parallel()
	text := "new"
	for op, write := range map[messages.Op]func(*client.Client) error{
		messages.OpStore: func(c *client.Client) error {
			_, err := c.Store(t.Context(), turn("a"))
			return err
		},
		messages.OpUpdate: func(c *client.Client) error {
			_, err := c.Update(t.Context(), messages.UpdateRequest{Session: "s", ID: "i", Text: &text})
			return err
		},
		messages.OpDelete: func(c *client.Client) error {
			_, err := c.Delete(t.Context(), messages.DeleteRequest{Session: "s", IDs: []string{"i"}})
			return err
		},
		messages.OpClear: func(c *client.Client) error {
			_, err := c.Clear(t.Context(), messages.ClearRequest{Session: "s"})
			return err
		},
		messages.OpPromote: func(c *client.Client) error {
			_, err := c.Promote(t.Context(), messages.PromoteRequest{Session: "s", IDs: []string{"i"}, To: messages.ShortTerm})
			return err
		},
	} {
		t.Run(string(op), func(t *testing.T) {
			t.Parallel()
			f, c := writer(t)
			if err := write(c); err != nil {
				t.Fatal(err)
			}
			read(t, c, "s", "")
			if got := f.asked(); got != (messages.Revision{Session: 20}) {
				t.Fatalf("asked to have seen %+v; want 20 of the session", got)
			}
		})
	}
}

func read(t *testing.T, c *client.Client, session, user string) {
	t.Helper()
	_, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: session, User: user, MaxTokens: 9})
	if err != nil {
		t.Fatal(err)
	}
}

// The stream of sessions is made anew, and counts from the beginning: a store
// that comes to less than what is known tells so, as a job too.
func TestAStoreTellsOfAStreamThatWasMadeAnew(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]func(*client.Client, any) error{
		"ask": func(c *client.Client, r any) error {
			_, err := c.Store(t.Context(), *r.(*messages.StoreRequest))
			return err
		},
		"job": func(c *client.Client, r any) error {
			return c.SubmitAndWait(t.Context(), messages.OpStore, r, &messages.StoreReply{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var revision atomic.Uint64
			f := w.work(w.jobs(), func(r taken) {
				if r.op != messages.OpStore {
					r.answer(200, messages.AssembleReply{})
					return
				}
				r.stored(revision.Load())
			})
			c, request := w.client(), turn("a")
			for _, n := range []uint64{5000, 3} {
				revision.Store(n)
				if err := store(c, &request); err != nil {
					t.Fatal(err)
				}
				read(t, c, "s", "")
				if got := f.asked(); got.Session != n {
					t.Errorf("asked to have seen %d; want %d", got.Session, n)
				}
			}
		})
	}
}

func TestAPromoteToTheUserRaisesBoth(t *testing.T) {
	t.Parallel()
	f, c := writer(t)
	_, err := c.Promote(t.Context(), messages.PromoteRequest{Session: "s", User: "u", IDs: []string{"i"}, To: messages.LongTerm})
	if err != nil {
		t.Fatal(err)
	}
	read(t, c, "s", "u")
	if got := f.asked(); got != (messages.Revision{Session: 20, User: 30}) {
		t.Fatalf("asked to have seen %+v; want 20 and 30", got)
	}
}

func TestListAndStatsAskTheSame(t *testing.T) {
	t.Parallel()
	f, c := writer(t)
	if _, err := c.Store(t.Context(), turn("a")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.List(t.Context(), messages.ListRequest{Session: "s"}); err != nil {
		t.Fatal(err)
	}
	if got := f.asked(); got.Session != 20 {
		t.Errorf("list asked to have seen %+v; want 20", got)
	}
	if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); err != nil {
		t.Fatal(err)
	}
	if got := f.asked(); got.Session != 20 {
		t.Errorf("stats asked to have seen %+v; want 20", got)
	}
}

func TestOtherOwnersAndTheCallersOwnWish(t *testing.T) {
	t.Parallel()
	f, c := writer(t)
	if _, err := c.Store(t.Context(), turn("a")); err != nil {
		t.Fatal(err)
	}
	read(t, c, "another", "s")
	if got := f.asked(); got != (messages.Revision{}) {
		t.Errorf("of others: asked to have seen %+v; want nothing", got)
	}
	for _, wish := range []messages.Revision{{Session: 5}, {Session: 50}} {
		asked := wish
		_, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: "s", MaxTokens: 9, MinRevision: &asked})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.asked(); got.Session != max(20, wish.Session) {
			t.Errorf("with %d of the caller's: asked to have seen %+v", wish.Session, got)
		}
		if asked != wish {
			t.Error("the caller's own revision was changed")
		}
	}
}

func TestNegativeOwnersRememberNothing(t *testing.T) {
	t.Parallel()
	f, c := writer(t, func(o *client.Options) { o.Owners = -1 })
	if _, err := c.Store(t.Context(), turn("a")); err != nil {
		t.Fatal(err)
	}
	read(t, c, "s", "")
	if got := f.asked(); got != (messages.Revision{}) {
		t.Fatalf("asked to have seen %+v; want nothing", got)
	}
}
