package client_test

import (
	"errors"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// Who only reads learns by a worker's refusal that what it wrote is gone for good,
// and is then answered like anybody else.
func TestReadsGoOnThoughABucketWasMadeAnew(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *rig.Rig{
		"a server": func(t *testing.T) *rig.Rig { return rig.Start(t, rig.Workers(0)) },
		"several servers": func(t *testing.T) *rig.Rig {
			servers := natstest.StartCluster(t, 3)
			return rig.Start(t, rig.Workers(0), rig.On(servers.Server(0)), rig.Tiers(func(c *tiers.Config) { c.Streams.Replicas = 3 }))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			readsGoOn(t, start(t))
		})
	}
}

func readsGoOn(t *testing.T, r *rig.Rig) {
	first, c := r.StartWorker(), r.Client()
	reads := map[string]func(*client.Client, string) error{
		"assemble": func(c *client.Client, user string) error {
			_, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: "s", User: user, MaxTokens: 9})
			return err
		},
		"list": func(c *client.Client, user string) error {
			_, err := c.List(t.Context(), messages.ListRequest{User: user})
			return err
		},
		"stats": func(c *client.Client, user string) error {
			_, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s", User: user})
			return err
		},
	}
	for range 10 { // more than there will be in the new bucket
		for user := range reads {
			stored(t, c, messages.StoreRequest{User: user, Items: []messages.Item{{Text: "a fact"}}})
		}
	}
	first.Kill()
	js, err := jetstream.New(natstest.Connect(t, r.Server))
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteKeyValue(t.Context(), "ctx_long"); err != nil {
		t.Fatal(err)
	}
	r.StartWorker()
	for user, read := range reads {
		if err := read(c, user); err != nil {
			t.Errorf("%s: %v", user, err)
		}
	}
}

// refusing is a worker that refuses reads which ask to have seen a revision, and a client that has written one.
func refusing(t *testing.T, code messages.Code) (*fake, *client.Client) {
	t.Helper()
	w := newWorld(t)
	f := w.fake(func(r taken) {
		switch {
		case r.op == messages.OpStore:
			r.stored(5000)
		case body[messages.StatsRequest](t, r).MinRevision != nil:
			r.fails(code)
		default:
			r.answer(200, messages.StatsReply{Pinned: 3})
		}
	})
	c := w.client(func(o *client.Options) { o.Retries = -1 })
	stored(t, c, turn("a"))
	return f, c
}

func TestWhatCanNeverBeSeenIsAskedForOnce(t *testing.T) {
	t.Parallel()
	f, c := refusing(t, messages.CodeBadRequest)
	for _, requests := range []int{3, 4} { // the store, and of the first read two tries
		if got, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); err != nil || got.Pinned != 3 {
			t.Fatalf("got %+v, %v; want the answer", got, err)
		}
		if n := len(f.requests()); n != requests {
			t.Errorf("%d requests; want %d", n, requests)
		}
	}
}

// A revision that the caller asks for itself is its own affair, and a refusal for
// another reason, or that nobody signed, says nothing of what was written.
func TestWhatWasWrittenIsNotForgottenForOtherRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		code  messages.Code
		least *messages.Revision
		tries int
	}{
		"the caller's own": {messages.CodeBadRequest, &messages.Revision{Session: 9}, 2},
		"another code":     {messages.CodeUnavailable, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, c := refusing(t, test.code)
			for range 2 {
				before := len(f.requests())
				_, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s", MinRevision: test.least})
				if !messages.HasCode(err, test.code) {
					t.Fatalf("got %v; want %s", err, test.code)
				}
				if n := len(f.requests()) - before; n != test.tries {
					t.Errorf("%d tries; want %d", n, test.tries)
				}
			}
		})
	}
}

// The user's bucket was made anew. What was written to the session stands, and
// reads go on asking for it.
func TestWhatAnAnswerHasSeenIsNotForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) {
		if r.op == messages.OpStore {
			r.stored(5000)
			return
		}
		if least := body[messages.StatsRequest](t, r).MinRevision; least != nil && least.User > 0 {
			r.fails(messages.CodeBadRequest)
			return
		}
		r.answer(200, messages.StatsReply{Revision: messages.Revision{Session: 5000, User: 3}})
	})
	c := w.client(func(o *client.Options) { o.Retries = -1 })
	stored(t, c, turn("of a session"))
	stored(t, c, messages.StoreRequest{User: "u", Items: []messages.Item{{Text: "of a user"}}})
	for range 2 {
		if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s", User: "u"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.asked(); got != (messages.Revision{Session: 5000}) {
		t.Errorf("asked to have seen %+v; want the session's 5000 alone", got)
	}
}

func TestAForgedRefusalForgetsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) {
		if r.op == messages.OpStore {
			r.stored(5000)
		}
	})
	c := w.client(func(o *client.Options) { o.Retries = -1 })
	stored(t, c, turn("a"))
	w.forestall(unsigned["odd"])
	if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); !errors.Is(err, client.ErrUnauthenticated) {
		t.Errorf("got %v; want the unsigned refusal", err)
	}
	if n := len(f.requests()); n != 2 {
		t.Errorf("%d requests; want the store and the read once", n)
	}
}

// All sessions are in one stream: a store to one tells of what was written to others.
func TestAStoreTellsOfAllSessionsThatTheStreamWasMadeAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.fake(func(r taken) {
		switch r.n {
		case 1, 2:
			r.stored(5000)
		case 3:
			r.stored(3)
		default:
			r.answer(200, messages.AssembleReply{})
		}
	})
	c := w.client()
	stored(t, c, turn("of a session"))
	stored(t, c, messages.StoreRequest{User: "u", Items: []messages.Item{{Text: "of a user"}}})
	stored(t, c, messages.StoreRequest{Session: "another", Items: []messages.Item{{Text: "a"}}})
	read(t, c, "s", "u")
	if got := f.asked(); got != (messages.Revision{User: 5000}) {
		t.Errorf("asked to have seen %+v; want the user's 5000 alone", got)
	}
}
