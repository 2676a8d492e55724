package client_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// quick makes tries short, so that a test of a lost reply is.
func quick(o *client.Options) { o.AttemptTimeout = 500 * time.Millisecond }

func TestWhatMayPassIsTriedAgainUnderANewID(t *testing.T) {
	t.Parallel()
	for _, code := range []messages.Code{messages.CodeOverloaded, messages.CodeRateLimited, messages.CodeDraining, messages.CodeUnavailable} {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := w.fake(func(r taken) {
				if r.n < 3 {
					r.fails(code)
					return
				}
				r.stored(5)
			})
			got, err := w.client().Store(t.Context(), turn("a"))
			if err != nil {
				t.Fatal(err)
			}
			sameStore(t, f.requests(), 3, got)
		})
	}
}

func TestALostReplyIsTriedAgainWithTheSameItems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) {
		if r.n > 1 {
			r.stored(5)
		}
	})
	got, err := w.client(quick).Store(t.Context(), turn("a"))
	if err != nil {
		t.Fatal(err)
	}
	sameStore(t, f.requests(), 2, got)
}

// sameStore checks that n tries had ids of their own and one body with the item's id in it.
func sameStore(t *testing.T, tries []taken, n int, reply messages.StoreReply) {
	t.Helper()
	if len(tries) != n {
		t.Fatalf("%d tries; want %d", len(tries), n)
	}
	ids := make(map[string]bool)
	for _, r := range tries {
		ids[r.id] = true
		if string(r.body) != string(tries[0].body) {
			t.Errorf("a try stores something else: %s and %s", tries[0].body, r.body)
		}
	}
	if len(ids) != n {
		t.Errorf("%d tries had %d ids", n, len(ids))
	}
	item := body[messages.StoreRequest](t, tries[0]).Items[0]
	if item.ID == "" || item.Time == 0 || len(reply.IDs) != 1 || reply.IDs[0] != item.ID {
		t.Errorf("sent %q of time %d, reply %q; want an id and a time of the client's", item.ID, item.Time, reply.IDs)
	}
}

func TestStoreKeepsTheCallersIDsAndSlice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake(func(r taken) { r.stored(1) })
	r := messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: "a"}, {ID: "mine", Text: "b"}}}
	got, err := w.client().Store(t.Context(), r)
	if err != nil || len(got.IDs) != 2 || got.IDs[1] != "mine" {
		t.Fatalf("got %q, %v; want the caller's own id kept", got.IDs, err)
	}
	if r.Items[0].ID != "" || r.Items[0].Time != 0 || r.Items[0].Level != "" {
		t.Fatal("Store changed the caller's items")
	}
}

// The ids that clients give differ from each other, and those of one client in
// a number alone.
func TestIDsOfOneClientShareAStem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake(func(r taken) { r.stored(1) })
	const each = 20
	stems, ids := map[string]bool{}, map[string]bool{}
	for range 2 {
		c := w.client()
		for range each {
			got, err := c.Store(t.Context(), messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: "a"}, {Text: "b"}}})
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range got.IDs {
				stems[id[:strings.LastIndexByte(id, '-')]], ids[id] = true, true
			}
		}
	}
	if len(ids) != 2*each*2 {
		t.Errorf("%d items have %d ids", 2*each*2, len(ids))
	}
	if len(stems) != 2 {
		t.Errorf("the ids of two clients have %d stems", len(stems))
	}
}

func TestALateReplyIsDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	late := make(chan taken, 1)
	w.fake(func(r taken) {
		if r.n == 1 {
			late <- r
			return
		}
		r.answer(200, messages.AssembleReply{Text: body[messages.AssembleRequest](t, r).Query})
	})
	c := w.client(quick)
	ask := func(want string) {
		t.Helper()
		got, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: "s", Query: want, MaxTokens: 9})
		if err != nil || got.Text != want {
			t.Errorf("got %q, %v; want %q", got.Text, err, want)
		}
	}
	ask("one")
	r := <-late
	for range 10 { // more than a slot holds
		r.answer(200, messages.AssembleReply{Text: "late"})
	}
	ask("two")
	ask("three")
}

func TestAnErrorThatStaysIsReturnedAfterTheLastTry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) { r.fails(messages.CodeOverloaded) })
	_, err := w.client(func(o *client.Options) { o.Retries = 1 }).Store(t.Context(), turn("a"))
	if !messages.HasCode(err, messages.CodeOverloaded) {
		t.Fatalf("got %v; want overloaded", err)
	}
	if n := len(f.requests()); n != 2 {
		t.Fatalf("%d tries; want 2", n)
	}
}

func TestNegativeRetriesMeanOneTry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) { r.fails(messages.CodeOverloaded) })
	_, err := w.client(func(o *client.Options) { o.Retries = -1 }).Store(t.Context(), turn("a"))
	if n := len(f.requests()); n != 1 || !messages.HasCode(err, messages.CodeOverloaded) {
		t.Fatalf("%d tries, %v; want 1, overloaded", n, err)
	}
}

func TestAWaitPastTheDeadlineIsNotBegun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) {
		r.answer(429, messages.Errorf(messages.CodeRateLimited, "slow down").After(time.Hour))
	})
	_, err := w.client().Store(t.Context(), turn("a"))
	if n := len(f.requests()); n != 1 || !messages.HasCode(err, messages.CodeRateLimited) {
		t.Fatalf("%d tries, %v; want 1, rate_limited", n, err)
	}
}

func TestAContextThatEndsInAPauseSaysBoth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.fake(func(r taken) {
		r.answer(503, messages.Errorf(messages.CodeOverloaded, "full").After(5*time.Second))
		time.AfterFunc(300*time.Millisecond, cancel)
	})
	_, err := w.client().Store(ctx, turn("a"))
	if !errors.Is(err, context.Canceled) || !messages.HasCode(err, messages.CodeOverloaded) {
		t.Fatalf("got %v; want canceled, and overloaded before that", err)
	}
}

// What a refusal means that follows a try without an answer is asked of the
// worker, who knows whether that try took effect.
func TestUpdateAfterALostReply(t *testing.T) {
	t.Parallel()
	const unknown messages.Code = "client.ErrUnknownOutcome"
	done := messages.UpdateReply{Item: messages.Item{ID: "i", Revision: 7}, Revision: messages.Revision{Session: 7}}
	for _, test := range []struct {
		name   string
		first  messages.Code // "" loses the reply
		second messages.Code
		third  messages.Code // to the request that names the first; "" is success
		asked  int
		want   messages.Code // of the update
	}{
		{"took effect, and others have changed it since", "", messages.CodeConflict, "", 3, ""},
		{"took effect, and others have removed it since", "", messages.CodeNotFound, "", 3, ""},
		{"did not, and others changed it", "", messages.CodeConflict, messages.CodeConflict, 3, messages.CodeConflict},
		{"may have taken effect", messages.CodeUnavailable, messages.CodeConflict, "", 3, ""},
		{"was not taken on", messages.CodeOverloaded, messages.CodeConflict, "", 2, messages.CodeConflict},
		{"cannot be found out", "", messages.CodeConflict, messages.CodeBadRequest, 3, unknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := w.fake(func(r taken) {
				code := []messages.Code{test.first, test.second, test.third}[min(r.n, 3)-1]
				switch {
				case code != "":
					r.fails(code)
				case r.n > 2:
					r.answer(200, done)
				}
			})
			text := "new"
			got, err := w.client(quick).Update(t.Context(), messages.UpdateRequest{Session: "s", ID: "i", Revision: 3, Text: &text})
			switch {
			case test.want == "" && (err != nil || got.Item.Revision != done.Item.Revision || got.Revision != done.Revision):
				t.Errorf("got %+v, %v; want %+v", got, err, done)
			case test.want == unknown && (!errors.Is(err, client.ErrUnknownOutcome) || messages.HasCode(err, messages.CodeConflict)):
				t.Errorf("got %v; want that the outcome is not known", err)
			case test.want == messages.CodeConflict && !messages.HasCode(err, messages.CodeConflict):
				t.Errorf("got %v; want a conflict", err)
			}
			seen := f.requests()
			if len(seen) != test.asked {
				t.Fatalf("%d requests; want %d", len(seen), test.asked)
			}
			for i, r := range seen {
				var want []string
				if i == 2 {
					want = []string{seen[0].id}
				}
				if tried := body[messages.UpdateRequest](t, r).Tried; !slices.Equal(tried, want) {
					t.Errorf("request %d names %q as tried; want %q", i+1, tried, want)
				}
			}
		})
	}
}

func TestCallsGoOnAtAnotherServer(t *testing.T) {
	t.Parallel()
	first, second := natstest.Start(t), newWorld(t)
	second.fake(func(r taken) { r.stored(1) })
	nc, err := nats.Connect(first.URL()+","+second.server.URL(), nats.DontRandomize(), nats.ReconnectWait(time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	c := second.clientOn(nc)
	first.Shutdown()
	if _, err := c.Store(t.Context(), turn("a")); err != nil {
		t.Fatalf("after the first server is gone: %v", err)
	}
}

func TestALostConnectionIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lost := make(chan struct{})
	nc := natstest.Connect(t, w.server, nats.ReconnectWait(time.Hour),
		nats.DisconnectErrHandler(func(*nats.Conn, error) { close(lost) }))
	c := w.clientOn(nc, func(o *client.Options) { o.Retries, o.Timeout = -1, 30*time.Millisecond })
	w.server.Shutdown()
	<-lost
	_, err := c.Store(t.Context(), turn("a"))
	if !errors.Is(err, client.ErrNoReply) || !strings.Contains(err.Error(), "not connected") {
		t.Fatalf("got %v; want ErrNoReply and that there is no connection", err)
	}
}
