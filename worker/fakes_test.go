package worker

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/operations"
)

// A hookedReader lets a test do something before each read.
type hookedReader struct {
	operations.Reader
	before func(ctx context.Context)
	after  func(s, u *page.View)
}

func (h hookedReader) Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View) {
	if h.before != nil {
		h.before(ctx)
	}
	s, u = h.Reader.Read(ctx, session, user, f)
	if h.after != nil {
		h.after(&s, &u)
	}
	return s, u
}

// A failingLog fails the first so many appends, then works.
type failingLog struct {
	operations.Log
	failures atomic.Int64
	err      error
}

func (l *failingLog) Append(ctx context.Context, o messages.Owner, name string, segment []byte, c page.Condition) (uint64, error) {
	if l.failures.Add(-1) >= 0 {
		return 0, l.err
	}
	return l.Log.Append(ctx, o, name, segment, c)
}

// A ledgerHook lets a test fail the ledger.
type ledgerHook func(ctx context.Context, key, id, delivery string, life time.Duration) (bool, error)

func (h ledgerHook) Take(ctx context.Context, key, id, delivery string, life time.Duration) (bool, error) {
	return h(ctx, key, id, delivery, life)
}

// Taken knows of nothing.
func (h ledgerHook) Taken(context.Context, string, string, string) (bool, error) { return false, nil }

// An auditTrail keeps what was audited.
type auditTrail struct {
	mu     sync.Mutex
	events []messages.AuditEvent
}

func (a *auditTrail) Audit(_ context.Context, e messages.AuditEvent) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.events = append(a.events, e)
}

// of returns the events of a kind.
func (a *auditTrail) of(kind string) []messages.AuditEvent {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []messages.AuditEvent
	for _, e := range a.events {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// A gate holds up whoever passes until it is opened.
type gate struct {
	opened  chan struct{}
	waiting atomic.Int64
}

func newGate() *gate { return &gate{opened: make(chan struct{})} }

func (g *gate) pass(ctx context.Context) {
	g.waiting.Add(1)
	select {
	case <-g.opened:
	case <-ctx.Done():
	}
}

func (g *gate) open() { close(g.opened) }

// waitFor waits until so many have come to the gate.
func (g *gate) waitFor(t testing.TB, n int64) {
	t.Helper()
	await.That(t, "the gate is reached", func() bool { return g.waiting.Load() >= n })
}

// An appendHook lets a test fail an append by its owner and name.
type appendHook struct {
	operations.Log
	before func(o messages.Owner, name string) error
}

func (l appendHook) Append(ctx context.Context, o messages.Owner, name string, segment []byte, c page.Condition) (uint64, error) {
	if err := l.before(o, name); err != nil {
		return 0, err
	}
	return l.Log.Append(ctx, o, name, segment, c)
}
