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
	back := t.nc.StatusChanged(nats.CONNECTED)
	defer t.nc.RemoveStatusListener(back)
	timer := time.NewTicker(jet.Jitter(driftInterval))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-back:
		case <-timer.C:
		}
		t.streams.Check(ctx)
	}
}

// watchTails looks for lost tails after each reconnection, until ctx ends. It does
// not wait for settings to be compared: until it has looked, what a server that
// lost its tail gives is taken for fresh.
func (t *Tiers) watchTails(ctx context.Context) {
	back := t.nc.StatusChanged(nats.CONNECTED)
	defer t.nc.RemoveStatusListener(back)
	server := t.nc.ConnectedServerId()
	for {
		select {
		case <-ctx.Done():
			return
		case <-back:
			before := server
			server = t.nc.ConnectedServerId()
			t.checkTails(ctx, server != before)
		}
	}
}
