package tiers

import (
	"bytes"
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// What garbage collection buried counts as removed, unless it was overtaken.
func TestABurialThatWasOvertakenIsNotCounted(t *testing.T) {
	t.Parallel()
	server, line := natstest.Start(t), &overtaking{}
	w := onConn(t, server, natstest.Connect(t, server, nats.SetCustomDialer(line)), newClock(), func(c *Config) { c.GC.SessionItems = 1 })
	w.short.removed("items", 0) // or there is no series to read
	w.store(session("t"), "o", "x")
	w.store(session("s"), "a", "1")
	w.store(session("s"), "b", "2")
	for _, c := range []struct {
		overtaken bool
		removed   float64
		left      string
	}{{true, 0, "a=1 b=2"}, {false, 1, "b=2"}} {
		line.on.Store(c.overtaken)
		if err := w.short.tend(t.Context(), ownerSubject(w.short.root, session("s"))); err != nil {
			t.Fatal(err)
		}
		if n := metric(t, w.reg, "context_manager_gc_removed_total", "what", "items"); n != c.removed {
			t.Errorf("overtaken %t: %v items count as removed; want %v", c.overtaken, n, c.removed)
		}
		if _, got := w.see(session("s"), page.Freshness{Reload: true}); got != c.left {
			t.Errorf("overtaken %t: %q is left; want %q", c.overtaken, got, c.left)
		}
	}
}

// A sweep merges under a condition too, and what it merges has been written before.
// If it was overtaken it counts all the same: its sources are gone.
func TestAMergeThatWasOvertakenCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	known := w.store(session("other"), "o", "x")
	w.store(session("s"), "a", "1")
	wildcard := ownerSubject(w.short.root, session("s"))
	sources := w.logOf(wildcard)
	merge := &nats.Msg{Subject: segmentSubject(wildcard, ownName(mergedPrefix)), Data: merged(t, page.MergeOptions{All: true}, sources...)}
	// As a server of several stores it, which does not see yet what came after the condition.
	if _, err := w.mux.Publish(t.Context(), merge, jet.Expected{Subject: ownerSubject(w.short.root, session("other")), Seq: known}, 0, w.cfg.Write.Attempt); err != nil {
		t.Fatal(err)
	}
	if err := w.short.remove(t.Context(), wildcard, sources); err != nil {
		t.Fatal(err)
	}
	if _, got := w.see(session("s"), page.Freshness{Reload: true}); got != "a=1" {
		t.Errorf("%q is left", got)
	}
}

// An overtaking connection has burials stored as a server of several does that
// does not see yet what came after their condition: here another session's, which holds.
type overtaking struct{ on atomic.Bool }

func (o *overtaking) Dial(network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(context.Background(), network, address)
	return overtakingConn{conn, o}, err
}

type overtakingConn struct {
	net.Conn
	line *overtaking
}

func (c overtakingConn) Write(b []byte) (int, error) {
	if c.line.on.Load() && bytes.Contains(b, []byte(".acme.s."+evictedPrefix)) {
		b = bytes.Replace(b, []byte("Sequence-Subject: $KV.ctx_short.acme.s.>"), []byte("Sequence-Subject: $KV.ctx_short.acme.t.>"), 1)
		b = bytes.Replace(b, []byte("Sequence: 3\r\n"), []byte("Sequence: 1\r\n"), 1)
	}
	return c.Conn.Write(b)
}
