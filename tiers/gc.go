package tiers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/lease"
	"github.com/context-manager/context-manager/tiers/streams"
)

// Garbage collection runs on the one worker that has the lease. A sweep looks
// at the owners that changed since the last one, and every so often at all,
// since items expire and tombstones age without a write.

const sweepFailed = "failed"

// A collection is the work of one holder of the lease.
type collection struct {
	*Tiers
	swept  map[*tier]mark
	sweeps int
	tended int           // owners, since the last rest
	wait   time.Duration // for a page of subjects
	page   uint64        // subjects fetched at once
	most   int           // bytes of the names of owners before they are looked after
}

// A mark is up to where owners were looked at, in the stream that was made then.
type mark struct {
	upTo uint64
	made int64
}

// collect holds the lease, when it can be had, and sweeps. Who has lost it may
// be late to learn that, and sweep beside another for a while; so each change
// has a condition of its own.
func (t *Tiers) collect(ctx context.Context) {
	l := t.newLease()
	l.Hold(ctx, func(ctx context.Context) {
		t.log.Info().Str("lease", l.Subject).Msg("this worker collects garbage now")
		t.met.gcLeader.Set(1)
		defer t.met.gcLeader.Set(0)
		c := t.newCollection()
		for jet.Pause(ctx, jet.Jitter(t.cfg.GC.Interval)) {
			if err := c.sweep(ctx); err != nil && ctx.Err() == nil {
				t.log.Warn().Err(err).Msg("a sweep did not finish; the next one goes on")
			}
		}
	})
}

// newLease is the lease of garbage collection, for this worker to hold.
func (t *Tiers) newLease() *lease.Lease {
	bucket := t.streams.Names.Lease
	return &lease.Lease{
		Stream: t.streamOf(bucket), Subject: streams.RootOf(bucket) + "gc", Holder: t.cfg.Worker + " " + ownName(""),
		Life: t.cfg.GC.LeaseLife, Log: t.log, ReadAttempt: t.cfg.Read.Attempt, WriteAttempt: t.cfg.Write.Attempt,
	}
}

func (t *Tiers) newCollection() *collection {
	return &collection{Tiers: t, swept: make(map[*tier]mark), wait: sweepWait, page: sweepPage, most: rollBytes}
}

// Sweep collects garbage of all owners once, now, whoever has the lease: for
// operators and tests. Run does it by itself.
func (t *Tiers) Sweep(ctx context.Context) error {
	return t.newCollection().sweep(ctx)
}

// sweep looks at both buckets: one that cannot be looked at keeps the other from nothing.
func (c *collection) sweep(ctx context.Context) error {
	if c.sweeps%c.cfg.GC.FullEvery == 0 {
		clear(c.swept)
	}
	c.sweeps++
	var errs []error
	for _, x := range []*tier{c.short, c.long} {
		var err error
		if c.swept[x], err = c.sweepTier(ctx, x, c.swept[x]); err != nil {
			errs = append(errs, fmt.Errorf("sweep of %s: %w", x.label, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		if ctx.Err() == nil { // else the worker stops, or another one sweeps
			c.met.gcSweeps.WithLabelValues(sweepFailed).Inc()
		}
		return err
	}
	c.met.gcSweeps.WithLabelValues("done").Inc()
	c.met.gcLast.Set(float64(c.clock().Unix()))
	return nil
}

// rest keeps a sweep from taking more of the server than GC.OwnersPerSec
// allows: ten times a second, after a tenth of that.
func (c *collection) rest(ctx context.Context) bool {
	if c.tended++; c.tended < max(1, c.cfg.GC.OwnersPerSec/10) {
		return ctx.Err() == nil
	}
	c.tended = 0
	return jet.Pause(ctx, time.Second/10)
}
