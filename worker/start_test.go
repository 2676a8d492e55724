package worker

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestAWorkerThatIsToldToStopBeforeItServesEndsWell(t *testing.T) {
	t.Parallel()
	w := newRig(t).make(options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Run(ctx); err != nil {
		t.Fatalf("ended with %v", err)
	}
}

// A server that goes away in the moment between the tiers' start and the
// worker's is waited for, as it is at any later moment.
func TestAWorkerWaitsForAServerThatIsAwayAtItsStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := newRig(t, func(o *natsd.Options) { o.StoreDir, o.SyncAlways = dir, true })
	port := r.server.Addr().(*net.TCPAddr).Port
	asked := make(chan struct{})
	ask := sync.OnceFunc(func() { close(asked) })
	w := r.make(options{
		conn:   []nats.Option{nats.MaxReconnects(-1), nats.ReconnectJitter(0, 0), nats.ReconnectWait(10 * time.Millisecond)},
		worker: func(w *Worker) { w.retry.random = func() float64 { ask(); return 0 } },
	})
	r.server.Shutdown()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	select {
	case <-asked: // it has looked in vain
	case err := <-ended:
		t.Fatalf("the worker ended: %v", err)
	}
	r.server = natstest.Start(t, func(o *natsd.Options) { o.StoreDir, o.Port = dir, port })
	await.That(t, "the worker serves", func() bool {
		select {
		case err := <-ended:
			t.Fatalf("the worker ended: %v", err)
		default:
		}
		return w.ready() == nil
	})
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A worker that may take no asks says so and ends, and does not say that it serves.
func TestAWorkerThatMayNotHearAsksDoesNotStart(t *testing.T) {
	t.Parallel()
	for user, want := range map[string]string{"deaf": "may not subscribe to ctx.v1.ask.*.*", "all": ""} {
		t.Run(user, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, func(o *natsd.Options) {
				o.Configure = func(so *server.Options) {
					so.NoAuthUser = "all"
					so.Users = []*server.User{{Username: "all", Password: "x"}, {
						Username: "deaf", Password: "x",
						Permissions: &server.Permissions{Subscribe: &server.SubjectPermission{Deny: []string{"ctx.v1.ask.>"}}},
					}}
				}
			})
			w := r.make(options{conn: []nats.Option{nats.UserInfo(user, "x")}})
			if want == "" {
				w.run(t)
				return
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if err := w.Run(ctx); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("ended with %v", err)
			}
			if w.ready() == nil {
				t.Error("it says that it serves")
			}
		})
	}
}
