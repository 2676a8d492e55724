package tiers

import (
	"context"
	"sync"
)

// Run does the work in the background: it asks the leaders how far they are,
// compares settings now and then and after each reconnection, when it also looks
// for what servers have lost, compacts, and collects garbage while this worker has
// the lease. It returns nil when ctx has ended and all of that has stopped.
func (t *Tiers) Run(ctx context.Context) error {
	var all sync.WaitGroup
	all.Go(func() { t.watchDrift(ctx) })
	all.Go(func() { t.watchTails(ctx) })
	all.Go(func() { t.short.probe(ctx) })
	all.Go(func() { t.long.probe(ctx) })
	if !t.cfg.Compact.Disabled {
		for range t.cfg.Compact.Workers {
			all.Go(func() { t.compactor.run(ctx) })
		}
	}
	if !t.cfg.GC.Disabled {
		all.Go(func() { t.collect(ctx) })
	}
	all.Wait()
	return nil
}
