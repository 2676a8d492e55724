package tiers

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// A tier from which a worker may not read any more, or to which it may not write,
// is not well, though its stream tells how it is.
func TestHealthTellsOfPermissionsThatWereTakenAway(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		denied string
		use    func(ctx context.Context, w *world) // what comes meanwhile
	}{
		"reads": {denied: "$JS.API.DIRECT.GET.KV_ctx_short", use: func(context.Context, *world) {}},
		"writes": {denied: "$KV.ctx_short.>", use: func(ctx context.Context, w *world) {
			_, _ = w.Append(ctx, session("s"), "a", puts(w.clock.now(), item("a", "1")), page.Condition{})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, forbid := newDeniable(t)
			if err := w.Health(t.Context())["l2"]; err != nil {
				t.Fatalf("before anything was taken away: %v", err)
			}
			forbid(c.denied)
			await.That(t, "the session tier is not well", func() bool {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				c.use(ctx, w)
				return messages.HasCode(w.Health(t.Context())["l2"], messages.CodeUnavailable)
			})
			if h := w.Health(t.Context()); h["l3"] != nil || h["nats"] != nil {
				t.Errorf("others are not well, too: %v", h)
			}
		})
	}
}

// newDeniable gives tiers on a server that may forbid their user to publish.
func newDeniable(t *testing.T) (w *world, forbid func(subject string)) {
	t.Helper()
	var known *server.Options
	users := func(deny ...string) []*server.User {
		may := &server.SubjectPermission{Allow: []string{">"}, Deny: deny}
		return []*server.User{{Username: "worker", Password: "x", Permissions: &server.Permissions{Publish: may}}}
	}
	s := natstest.Start(t, func(o *natsd.Options) {
		o.Configure = func(so *server.Options) { so.Users, known = users(), so }
	})
	nc, err := nats.Connect(s.URL(), nats.UserInfo("worker", "x"), nats.MaxReconnects(-1), nats.ReconnectWait(5*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	w = onConn(t, s, nc, newClock(), func(c *Config) {
		c.Read.Attempt, c.Read.Deadline, c.Write.Attempt = 200*time.Millisecond, 2*time.Second, 200*time.Millisecond
		c.Breaker.Failures, c.Breaker.Open = 2, time.Hour
	})
	return w, func(subject string) {
		t.Helper()
		changed := known.Clone()
		changed.Users = users(subject)
		if err := s.Inner().ReloadOptions(changed); err != nil {
			t.Fatal(err)
		}
	}
}
