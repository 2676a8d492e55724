package tiers

import (
	"sync/atomic"
	"time"
)

// A serversClock is the clocks of the NATS servers, as this worker knows them.
type serversClock interface {
	hear(server, local time.Time) // what one of them says now
	at(local time.Time) time.Time // what they say at a time by the worker's own
}

// lastHeard goes on from what a server's clock last said.
type lastHeard struct {
	heard atomic.Pointer[hearing]
}

type hearing struct{ server, local time.Time }

// hear makes the servers' clock seem behind by what the answer took on its way.
func (l *lastHeard) hear(server, local time.Time) {
	if !server.IsZero() {
		l.heard.Store(&hearing{server: server, local: local})
	}
}

// at is the worker's own time before any server has said its.
func (l *lastHeard) at(local time.Time) time.Time {
	if h := l.heard.Load(); h != nil {
		return h.server.Add(local.Sub(h.local))
	}
	return local
}

// ServerTime is the time now by the clocks of the NATS servers, which date what
// streams store: what one of them said, once a second or once a minute at
// least, and what has passed since. Before any has said it, it is the worker's own.
func (t *Tiers) ServerTime() time.Time { return t.servers.at(t.clock()) }

// due is the time by which things go for good: what has expired, what has had no
// write for long, tombstones, names. It is the earlier of what the worker's clock
// and the servers' say. What one of them that is wrong keeps too long goes later;
// what it took before its time would be lost.
func (t *Tiers) due() time.Time {
	now := t.clock()
	if servers := t.servers.at(now); servers.Before(now) {
		return servers
	}
	return now
}

// stamp is the time from which on counts for how long things have to stay: the
// later of both, so that they do not go too soon by the one that is right.
func (t *Tiers) stamp() time.Time {
	now := t.clock()
	if servers := t.servers.at(now); servers.After(now) {
		return servers
	}
	return now
}
