package worker

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

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
	eventually(t, "the worker serves", func() bool {
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
