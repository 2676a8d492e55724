package attacks

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker"
	"github.com/context-manager/context-manager/worker/operations"
)

// A gate holds up every read of a worker until it is opened.
type gate struct {
	opened chan struct{}
	held   atomic.Int64
	ajar   atomic.Bool // nobody is held up
}

func newGate() *gate { return &gate{opened: make(chan struct{})} }

func (g *gate) open() { close(g.opened) }

// option puts the gate before the tiers.
func (g *gate) option() rig.Option {
	return rig.Deps(func(d *worker.Deps) { d.Reader = gatedReader{d.Reader, g} })
}

// waitFor returns when so many reads are held.
func (g *gate) waitFor(t *testing.T, n int64) {
	t.Helper()
	await.That(t, "the requests are being worked on", func() bool { return g.held.Load() >= n })
}

type gatedReader struct {
	operations.Reader
	gate *gate
}

// Read waits for the gate, or for the end of the request.
func (r gatedReader) Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View) {
	if r.gate.ajar.Load() {
		return r.Reader.Read(ctx, session, user, f)
	}
	r.gate.held.Add(1)
	select {
	case <-r.gate.opened:
	case <-ctx.Done():
	}
	return r.Reader.Read(ctx, session, user, f)
}
