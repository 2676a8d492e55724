package tiers

import (
	"sync/atomic"
	"time"
)

// A serverTime is what a server's clock last said, and when this worker heard it.
type serverTime struct {
	heard atomic.Pointer[hearing]
}

type hearing struct{ server, local time.Time }

// hear notes what a server's clock says now. What the answer took on its way
// makes it seem behind by so much.
func (s *serverTime) hear(server, local time.Time) {
	if !server.IsZero() {
		s.heard.Store(&hearing{server: server, local: local})
	}
}

// ServerTime is the time now by the clocks of the NATS servers, which date what
// streams store: what one of them said, once a second or once a minute at
// least, and what has passed since. Before any has said it, it is the worker's own.
func (t *Tiers) ServerTime() time.Time {
	now := t.clock()
	if h := t.serverTime.heard.Load(); h != nil {
		return h.server.Add(now.Sub(h.local))
	}
	return now
}

// due is the time by which things go for good: what has expired, what has had no
// write for long, tombstones, names. It is the earlier of what the worker's clock
// and the servers' say. What one of them that is wrong keeps too long goes later;
// what it took before its time would be lost.
func (t *Tiers) due() time.Time {
	now, servers := t.clock(), t.ServerTime()
	if servers.Before(now) {
		return servers
	}
	return now
}
