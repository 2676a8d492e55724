package tiers

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
)

// driftInterval is how often settings are compared while workers run, besides
// after each reconnection.
const driftInterval = 5 * time.Minute

// watchDrift compares settings again and again until ctx ends.
func (t *Tiers) watchDrift(ctx context.Context) {
	timer := time.NewTicker(jet.Jitter(driftInterval))
	defer timer.Stop()
	t.onReconnection(ctx, timer.C, func(bool) { t.streams.Check(ctx) })
}

// watchTails looks for lost tails after each reconnection, until ctx ends. It does
// not wait for settings to be compared: until it has looked, what a server that
// lost its tail gives is taken for fresh.
func (t *Tiers) watchTails(ctx context.Context) {
	t.onReconnection(ctx, nil, func(anew bool) { t.checkTails(ctx, anew) })
}

// onReconnection calls what is to be done when there is another connection than the
// one before, the first of which these tiers were opened on: that may have been lost
// before anybody listened. It tells whether the server is another, or was started
// anew. Each tick counts as one to the same server.
func (t *Tiers) onReconnection(ctx context.Context, tick <-chan time.Time, do func(anew bool)) {
	back := t.nc.StatusChanged(nats.CONNECTED)
	defer t.nc.RemoveStatusListener(back)
	for last := t.opened; ; {
		if now := connectionOf(t.nc); now.server != "" && now != last {
			do(now.server != last.server)
			last = now
		}
		select {
		case <-ctx.Done():
			return
		case <-back:
		case <-tick:
			do(false)
		}
	}
}

// A connection is one of those that follow each other.
type connection struct {
	server string // id, another after each start; "" while there is none
	lost   uint64 // how many were lost before it
}

func connectionOf(nc *nats.Conn) connection {
	return connection{server: nc.ConnectedServerId(), lost: nc.Stats().Reconnects}
}
