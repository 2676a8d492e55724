package chaos

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// bounded is a context within which a caller must have an answer or a coded error.
func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func put(t *testing.T, c *client.Client, session, user, id string) error {
	t.Helper()
	_, err := c.Store(bounded(t), messages.StoreRequest{Session: session, User: user, Items: []messages.Item{{ID: id, Text: "text of " + id}}})
	return err
}

func assemble(t *testing.T, c *client.Client) (messages.AssembleReply, error) {
	t.Helper()
	return c.Assemble(bounded(t), messages.AssembleRequest{Session: "s", User: "u", MaxTokens: 500})
}

// While the bucket of sessions is gone, answers go on from the other and from
// L1, marked stale and degraded; writes to it are refused with a code, others
// go on. When it is there again nobody has to do anything.
func TestAnOutageOfOneBucketIsServedAround(t *testing.T) {
	t.Parallel()
	r := rig.Start(t, rig.Tiers(func(c *tiers.Config) {
		c.Read = tiers.Read{Attempt: 200 * time.Millisecond, Deadline: 300 * time.Millisecond}
		c.Write.Deadline = 2 * time.Second // of the ledger too, on a machine that is busy
		c.Breaker = tiers.Breaker{Failures: 3, Open: 300 * time.Millisecond}
	}))
	c := r.Client(func(o *client.Options) { o.Retries, o.Owners = -1, -1 })
	for _, err := range []error{put(t, c, "s", "", "turn"), put(t, c, "", "u", "fact")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got, err := assemble(t, c); err != nil || len(got.IDs) != 2 || len(got.Stale)+len(got.Degraded) > 0 {
		t.Fatalf("before: %+v, %v", got, err)
	}
	js, err := jetstream.New(r.Connect())
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteStream(t.Context(), "KV_ctx_short"); err != nil {
		t.Fatal(err)
	}
	for range 10 { // more than open the breaker
		got, err := assemble(t, c)
		if err != nil || !slices.Contains(got.IDs, "fact") || !slices.Contains(got.IDs, "turn") {
			t.Fatalf("in the outage: %q, %v", got.IDs, err)
		}
		if len(got.Stale) != 1 || got.Stale[0].Tier != "L2" || len(got.Degraded) != 1 || got.Degraded[0].Tier != "L2" {
			t.Fatalf("in the outage it claims more than it knows: stale %+v, degraded %+v", got.Stale, got.Degraded)
		}
	}
	if err := put(t, c, "s", "", "lost"); !messages.HasCode(err, messages.CodeUnavailable) && !messages.HasCode(err, messages.CodeDeadline) {
		t.Errorf("a store into the bucket that is gone: %v", err)
	}
	if err := put(t, c, "", "u", "fact2"); err != nil {
		t.Errorf("a store into the other: %v", err)
	}

	r.StartWorker() // which makes what is missing
	poll(t, func() bool { return put(t, c, "s", "", "again") == nil })
	poll(t, func() bool {
		got, err := assemble(t, c)
		return err == nil && len(got.Stale)+len(got.Degraded) == 0 && slices.Contains(got.IDs, "again") && slices.Contains(got.IDs, "fact2")
	})
}

// A full disk refuses with a code and loses nothing that was acknowledged; when
// there is room again it goes on by itself.
func TestAFullDiskRefusesWithACode(t *testing.T) {
	t.Parallel()
	const room = 1 << 20
	r := rig.Start(t,
		rig.Server(func(o *natsd.Options) {
			o.Configure = func(s *server.Options) { s.JetStreamMaxStore = room }
		}),
		rig.Tiers(func(c *tiers.Config) {
			c.Streams.AuditMaxBytes, c.Streams.DeadMaxBytes = -1, -1 // none is set aside
			c.Write.Deadline = 500 * time.Millisecond
		}))
	c := r.Client(func(o *client.Options) { o.Retries = -1 })
	text, stored := strings.Repeat("much text ", 5_000), 0
	var err error
	for ; stored < 100; stored++ {
		_, err = c.Store(bounded(t), messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: fmt.Sprint(stored), Text: text}}})
		if err != nil {
			break
		}
	}
	var coded *messages.Error
	if !errors.As(err, &coded) || !coded.Retryable || stored == 0 {
		t.Fatalf("after %d stores: %v; want a code that says to try again", stored, err)
	}
	got, err := c.List(bounded(t), messages.ListRequest{Session: "s"})
	if err != nil || got.Total < stored || got.Total > stored+1 {
		t.Fatalf("%d items of %d, %v", got.Total, stored, err)
	}
	js, err := jetstream.New(r.Connect())
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "KV_ctx_short")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	poll(t, func() bool { return put(t, c, "other", "", "x") == nil })
}
